from django.apps import AppConfig


class FeaturesConfig(AppConfig):
    name = "apps.features"
    label = "features"

    def ready(self) -> None:
        from apps.journal.signals import entry_added

        from .following import on_entry_added

        entry_added.connect(on_entry_added, dispatch_uid="features")
