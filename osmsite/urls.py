"""Includes only: each app names its own addresses."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("apps.api06.urls")),
    path("", include("apps.api06.page_urls")),
    path("", include("apps.oauth.urls")),
    path("", include("apps.changesets.urls")),
    path("", include("apps.elements.urls")),
    path("", include("apps.notes.urls")),
    path("", include("apps.traces.urls")),
    path("", include("apps.messaging.urls")),
    path("", include("apps.moderation.urls")),
    path("", include("apps.pages.urls")),
    path("", include("apps.users.urls")),
]

handler400 = "apps.pages.errors.bad_request"
handler403 = "apps.pages.errors.forbidden"
handler404 = "apps.pages.errors.not_found"
handler500 = "apps.pages.errors.server_error"
