from django.apps import AppConfig


class OsmsiteConfig(AppConfig):
    name = "osmsite"

    def ready(self) -> None:
        # Registers the checks, and makes the Celery app the one that tasks are sent with.
        from osmsite import celery, checks  # noqa: F401
