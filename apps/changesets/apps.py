from django.apps import AppConfig


class ChangesetsConfig(AppConfig):
    name = "apps.changesets"
    label = "changesets"
