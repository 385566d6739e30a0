"""URLs of the pages about the API. Like all pages, they are not below `/api/`."""

from django.urls import URLPattern, path

from .reference import reference

urlpatterns: list[URLPattern] = [path("help/api", reference, name="api_reference")]
