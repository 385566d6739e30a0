"""URLs of the pages about the API, which are not below `/api/`, like those of all pages."""

from django.urls import URLPattern, path

from .reference import reference

urlpatterns: list[URLPattern] = [path("help/api", reference, name="api_reference")]
