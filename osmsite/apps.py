from django.apps import AppConfig


class OsmsiteConfig(AppConfig):
    name = "osmsite"

    def ready(self) -> None:
        from osmsite import checks  # noqa: F401 (registers them)
