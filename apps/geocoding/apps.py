from django.apps import AppConfig


class GeocodingConfig(AppConfig):
    name = "apps.geocoding"
    label = "geocoding"

    def ready(self) -> None:
        from apps.features.signals import features_changed, features_rebuilt

        from .following import on_features_changed, on_features_rebuilt

        features_changed.connect(on_features_changed, dispatch_uid="geocoding")
        features_rebuilt.connect(on_features_rebuilt, dispatch_uid="geocoding")
