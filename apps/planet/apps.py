from django.apps import AppConfig


class PlanetConfig(AppConfig):
    name = "apps.planet"
    label = "planet"
