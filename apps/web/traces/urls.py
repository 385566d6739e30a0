"""Pages of traces, and redirects from their former URLs."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from apps.web.cors import open_to_any_origin

from . import feeds
from .access import unless_disabled
from .views import files, traces

USER = "user/<display_name:display_name>/traces"


def page(
    route: str, view: Callable[..., Any], name: str | None = None, suffix: str | None = None
) -> URLPattern:
    return path(route, unless_disabled(view), {"suffix": suffix} if suffix else {}, name=name)


def moved(name: str) -> Callable[..., HttpResponse]:
    """Redirect to the current URL, which no longer contains a page number."""

    @require_safe
    def lead(request: HttpRequest, page: int | None = None, **kwargs: Any) -> HttpResponse:  # noqa: ARG001
        return HttpResponsePermanentRedirect(reverse(name, kwargs=kwargs))

    return lead


LISTS: list[tuple[str, Callable[..., Any], str]] = [
    ("traces", traces.traces, "traces"),
    ("traces/tag/<str:tag>", traces.traces, "tagged_traces"),
    ("traces/mine", traces.mine, "own_traces"),
    ("traces/mine/tag/<str:tag>", traces.mine, "own_tagged_traces"),
    (USER, traces.user_traces, "user_traces"),
    (f"{USER}/tag/<str:tag>", traces.user_traces, "user_tagged_traces"),
]

DATA = [
    ("data", "trace_data", None),
    ("data.gpx", "trace_data_gpx", "gpx"),
    ("data.xml", "trace_data_xml", "xml"),
]

urlpatterns: list[URLPattern] = [
    *[page(route, view, name) for route, view, name in LISTS],
    *[page(f"{route}/page/<int:page>", moved(name)) for route, _view, name in LISTS],
    page("traces/rss", feeds.traces, "traces_feed"),
    page("traces/tag/<str:tag>/rss", feeds.traces, "tagged_traces_feed"),
    page(f"{USER}/rss", feeds.traces, "user_traces_feed"),
    page(f"{USER}/tag/<str:tag>/rss", feeds.traces, "user_tagged_traces_feed"),
    page("traces/new", traces.new, "new_trace"),
    page("traces/<int:trace_id>", traces.change, "change_trace"),
    page("traces/<int:trace_id>/edit", traces.edit, "edit_trace"),
    *[page(f"traces/<int:trace_id>/{data}", files.data, name, suffix) for data, name, suffix in DATA],
    page(f"{USER}/<int:trace_id>", traces.trace, "trace"),
    page(f"{USER}/<int:trace_id>/track.json", files.track, "trace_track"),
    page(f"{USER}/<int:trace_id>/picture", files.picture, "trace_picture"),
    page(f"{USER}/<int:trace_id>/icon", files.icon, "trace_icon"),
    page("trace/create", moved("new_trace")),
    *[page(f"trace/<int:trace_id>/{data}", open_to_any_origin("GET")(moved(name))) for data, name, _ in DATA],
    page("trace/<int:trace_id>/edit", moved("edit_trace")),
]
