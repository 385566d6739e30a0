from django.apps import AppConfig


class OsmsiteConfig(AppConfig):
    name = "osmsite"

    def ready(self) -> None:
        # The import registers the checks.
        from osmsite import checks  # noqa: F401
