from django.apps import AppConfig


class Api06Config(AppConfig):
    name = "apps.api06"
    label = "api06"
