from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "apps.journal"
    label = "journal"

    def ready(self) -> None:
        from apps.elements.signals import elements_changed

        from .actions import on_elements_changed

        elements_changed.connect(on_elements_changed, dispatch_uid="journal")
