"""Traces as RSS: of everyone or of one user, with a tag or all."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.osm.elements import strip_unwritable
from apps.osm.errors import NotFoundError
from apps.traces import querysets
from apps.traces.models import Trace
from apps.users.authors import Author
from apps.users.querysets import access_mapper
from apps.web.feeds import RssFeed

NAMESPACES = {
    "xmlns:geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xmlns:georss": "http://www.georss.org/georss",
}


class TraceFeed(RssFeed):
    """RSS with the start position of each trace."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | NAMESPACES

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.startElement("image", {})
        handler.addQuickElement("url", settings.PUBLIC_URL + "/static/logo.svg")
        handler.addQuickElement("title", self.feed["title"])
        handler.addQuickElement("width", "100")
        handler.addQuickElement("height", "100")
        handler.addQuickElement("link", self.feed["link"])
        handler.endElement("image")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["place"]:
            lat, lon = item["place"]
            handler.addQuickElement("geo:lat", f"{lat:.7f}")
            handler.addQuickElement("geo:long", f"{lon:.7f}")
            handler.addQuickElement("georss:point", f"{lat:.7f} {lon:.7f}")


@require_safe
def traces(request: HttpRequest, display_name: str | None = None, tag: str | None = None) -> HttpResponse:
    """Return the 20 newest traces that everyone may see as RSS."""
    try:
        owner = access_mapper(display_name) if display_name is not None else None
    except NotFoundError:
        return HttpResponse(status=404)
    title = (
        gettext("GPS traces by {user}").format(user=owner.display_name) if owner else gettext("GPS traces")
    )
    if tag:
        title += " " + gettext("tagged with {tag}").format(tag=tag)
    feed = TraceFeed(
        title=strip_unwritable(title),
        link=settings.PUBLIC_URL + quote(request.path.removesuffix("/rss")),
        description=strip_unwritable(title),
        feed_url=settings.PUBLIC_URL + request.get_full_path(),
    )
    for trace in querysets.newest_traces(owner=owner, tag=tag):
        _add(feed, trace)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _add(feed: TraceFeed, trace: Trace) -> None:
    address = settings.PUBLIC_URL + reverse("trace", args=[trace.user.display_name, trace.pk])
    feed.add_item(
        title=strip_unwritable(trace.name),
        link=address,
        unique_id=address,
        description=strip_unwritable(
            render_to_string("traces/feed_item.html", {"trace": trace, "address": address})
        ),
        author_name=strip_unwritable(Author.of_user(trace.user).name or gettext("anonymous")),
        pubdate=trace.created_at,
        place=(trace.lat, trace.lon) if trace.is_imported else None,
    )
