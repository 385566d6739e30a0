"""Includes only: each surface names its own URLs."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("apps.api06.urls")),
    path("tiles/", include("apps.tiles.urls")),
    path("", include("apps.api06.page_urls")),
    path("", include("apps.web.urls")),
]

handler400 = "apps.web.errors.bad_request"
handler403 = "apps.web.errors.forbidden"
handler404 = "apps.web.errors.not_found"
handler500 = "apps.web.errors.server_error"
