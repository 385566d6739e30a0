from django.apps import AppConfig


class TilesConfig(AppConfig):
    name = "apps.tiles"
    label = "tiles"

    def ready(self) -> None:
        from apps.features.signals import cells_changed

        from .cache import on_cells_changed

        cells_changed.connect(on_cells_changed, dispatch_uid="tiles")
