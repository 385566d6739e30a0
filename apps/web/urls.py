"""All pages of the website. The order matters where patterns overlap: people come last."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from .converters import DisplayName

register_converter(DisplayName, "display_name")

AREAS = [
    "oauth",
    "changesets",
    "elements",
    "notes",
    "traces",
    "messages",
    "moderation",
    "geocoding",
    "site",
    "accounts",
    "people",
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"apps.web.{area}.urls")) for area in AREAS]
