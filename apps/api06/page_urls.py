"""The pages about the API. They are pages like all others, so their addresses are not below `/api/`."""

from django.urls import URLPattern, path

from .reference import reference

urlpatterns: list[URLPattern] = [path("help/api", reference, name="api_reference")]
