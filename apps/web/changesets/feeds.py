"""Changesets as Atom, comments as RSS."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape, format_html, format_html_join, linebreaks
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.changesets import querysets
from apps.changesets.models import Changeset
from apps.osm.elements import COORDINATE_SCALE, strip_unwritable
from apps.osm.errors import NotFoundError
from apps.users.authors import Author
from apps.users.querysets import access_mapper
from apps.web.feeds import DatedByItems, RssFeed
from apps.web.paging import page_of
from apps.web.parameters import bboxes_of

MOST_CHARACTERS = 2_000_000
"""How long the comments of a feed are together: older ones are left out."""


class ChangesetFeed(DatedByItems, Atom1Feed):
    """Atom with the bbox of each entry, and its tags as a table."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:georss": "http://www.georss.org/georss"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("icon", settings.PUBLIC_URL + "/static/favicon.svg")
        handler.addQuickElement("logo", settings.PUBLIC_URL + "/static/logo.svg")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for kind, address in item["alternates"]:
            handler.addQuickElement("link", "", {"rel": "alternate", "type": kind, "href": address})
        if item["box"]:
            handler.addQuickElement("georss:box", item["box"])


@require_safe
def changesets(request: HttpRequest, display_name: str | None = None) -> HttpResponse:
    """Return the 20 latest changesets (all, in an area, or by a user) as an Atom feed."""
    if "before" in request.GET or "after" in request.GET:
        query = request.GET.copy()
        query.pop("before", None)
        query.pop("after", None)
        return HttpResponsePermanentRedirect(quote(request.path) + (f"?{query.urlencode()}" if query else ""))
    try:
        user = access_mapper(display_name) if display_name is not None else None
    except NotFoundError:
        return HttpResponse(status=404)
    title = (
        gettext("Changesets by {user}").format(user=strip_unwritable(display_name or ""))
        if user
        else gettext("Changesets")
    )
    feed = ChangesetFeed(
        title=title,
        link=settings.PUBLIC_URL + quote(request.path.removesuffix("/feed")),
        description="",
        feed_url=settings.PUBLIC_URL + request.get_full_path(),
        # Every entry needs an author, but not all changesets have one.
        author_name=settings.COPYRIGHT_OWNER,
        feed_copyright=f"{settings.COPYRIGHT_OWNER}, {settings.LICENSE_URL}",
    )
    bboxes = bboxes_of(request)
    found = querysets.listed_changesets(user=user, bboxes=bboxes)
    for changeset in page_of(found, before=None, after=None, is_area=len(bboxes or []) == 1).rows:
        _add(feed, changeset)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _add(feed: ChangesetFeed, changeset: Changeset) -> None:
    address = settings.PUBLIC_URL + reverse("changeset", args=[changeset.pk])
    api = f"{settings.PUBLIC_URL}/api/0.6/changeset/{changeset.pk}"
    comment = strip_unwritable(str(changeset.tags.get("comment", "")))
    author = Author.of_user(changeset.user)
    rows = [
        (gettext("Created"), changeset.created_at.isoformat()),
        (gettext("Closed"), "" if changeset.is_open() else changeset.closed_at.isoformat()),
        *([(gettext("Author"), strip_unwritable(author.name))] if author.name else []),
        *(
            (strip_unwritable(key), strip_unwritable(str(value)))
            for key, value in sorted(changeset.tags.items())
        ),
    ]
    box = changeset.bbox
    sides = (box.min_lat, box.min_lon, box.max_lat, box.max_lon) if box and box.is_in_world else ()
    feed.add_item(
        title=gettext("Changeset {id}").format(id=changeset.pk) + (f" - {comment}" if comment else ""),
        link=address,
        unique_id=address,
        description=format_html(
            "<table>{}</table>", format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows)
        ),
        pubdate=changeset.created_at,
        updateddate=changeset.closed_at,
        author_name=strip_unwritable(author.name) if author.name else None,
        author_link=settings.PUBLIC_URL + reverse("user", args=[author.name]) if author.name else None,
        alternates=[("text/xml", api), ("application/osmChange+xml", f"{api}/download")],
        box=" ".join(f"{side / COORDINATE_SCALE:.7f}" for side in sides),
    )


@require_safe
def comments(request: HttpRequest, changeset_id: int | None = None) -> HttpResponse:
    """Return the newest comments on one changeset or on all as RSS; `limit` is 1 to 10,000, by default 100."""
    limit = request.GET.get("limit", str(settings.DEFAULT_CHANGESET_COMMENTS_FEED_QUERY_LIMIT))
    most = settings.MAX_CHANGESET_COMMENTS_FEED_QUERY_LIMIT
    if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and 1 <= int(limit) <= most):
        return HttpResponse(status=400)
    try:
        changeset = querysets.access_changeset(changeset_id) if changeset_id is not None else None
    except NotFoundError:
        return HttpResponse(status=404)
    feed = RssFeed(
        title=gettext("Comments on changeset #{id}").format(id=changeset_id)
        if changeset_id
        else gettext("Changeset discussions"),
        link=settings.PUBLIC_URL + (f"/changeset/{changeset_id}" if changeset_id else "/history"),
        description=gettext("The newest comments on changesets"),
        feed_url=settings.PUBLIC_URL + request.get_full_path(),
    )
    size = 0
    for comment in querysets.recent_comments(int(limit), changeset):
        size += len(comment.body)
        if size > MOST_CHARACTERS:
            break
        author = Author.of_user(comment.author).name or gettext("anonymous")
        address = f"{settings.PUBLIC_URL}/changeset/{comment.changeset_id}#c{comment.pk}"
        feed.add_item(
            title=strip_unwritable(
                gettext("New comment on changeset #{id} by {author}").format(
                    id=comment.changeset_id, author=author
                )
            ),
            link=address,
            unique_id=address,
            description=linebreaks(escape(strip_unwritable(comment.body))),
            author_name=strip_unwritable(author),
            pubdate=comment.created_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")
