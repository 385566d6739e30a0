"""Includes only: each app names its own addresses."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("apps.api06.urls")),
    path("", include("apps.changesets.urls")),
    path("", include("apps.elements.urls")),
    path("", include("apps.pages.urls")),
]
