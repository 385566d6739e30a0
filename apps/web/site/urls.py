from django.urls import URLPattern, path, re_path

from . import editing, files, notices, querying, redirects, searching, views

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("export", views.export, name="export"),
    path("export/finish", views.export_finish),
    path("edit", editing.edit, name="edit"),
    path("id", editing.id_frame, name="id"),
    path("about", views.site_page, {"name": "about"}, name="about"),
    path("about/<slug:locale>", views.site_page, {"name": "about"}),
    path("copyright", views.site_page, {"name": "copyright"}, name="copyright"),
    path("copyright/<slug:locale>", views.site_page, {"name": "copyright"}),
    path("help", views.site_page, {"name": "help"}, name="help"),
    path("notices", notices.overview, name="notices"),
    path("notices/read", notices.mark_read, name="all_notices_read"),
    path("notices/<int:notice_id>", notices.follow, name="notice"),
    path("notices/<int:notice_id>/read", notices.mark_read, name="notice_read"),
    path("notifications", notices.moved),
    path("offline", views.site_page, {"name": "offline"}, name="offline"),
    path("preview/markdown", views.preview, {"kind": "markdown"}, name="preview"),
    path("preview/text", views.preview, {"kind": "text"}),
    path("search", searching.search, name="search"),
    path("search/suggestions.json", searching.suggestions, name="suggestions"),
    path("query", querying.query, name="query"),
    re_path(
        r"^query/(?P<kind>node|way|relation)/(?P<element_id>[0-9]{1,19})\.json$",
        querying.outline,
        name="outline",
    ),
    path("go/<str:code>", views.short_link, name="short_link"),
    path("coverage.json", views.coverage_data, name="coverage"),
    path("overview.json", views.overview_data, name="overview"),
    *[path(str(status), views.error_page, {"status": status}) for status in (400, 403, 404, 500)],
    *files.urlpatterns,
    *redirects.urlpatterns,
]
