from django.apps import AppConfig


class TilesConfig(AppConfig):
    name = "apps.tiles"
    label = "tiles"

    def ready(self) -> None:
        from apps.features.signals import cells_changed, features_rebuilt

        from .cache import on_cells_changed, on_features_rebuilt

        cells_changed.connect(on_cells_changed, dispatch_uid="tiles")
        features_rebuilt.connect(on_features_rebuilt, dispatch_uid="tiles")
