"""The discussion of changesets: comments, who follows them, and who hides them."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.changesets import discussion
from apps.changesets.models import ChangesetComment
from apps.changesets.querysets import described_changesets
from apps.osm import osmjson, osmxml
from apps.osm.formats import Format

from .. import parameters
from ..documents import ORIGIN
from ..formats import changesets as formats
from ..permissions import COMMENT_CHANGESET, EDIT_MAP, HIDE_CHANGESET_COMMENT, require
from .base import ApiView


class DiscussionView(ApiView):
    """A call that changes a discussion; the answer is the changeset, without its discussion."""

    writes = True

    def changeset(self, changeset_id: int) -> HttpResponseBase:
        changeset, now = described_changesets().get(id=changeset_id), timezone.now()
        if self.output_format is Format.JSON:
            content = {"changeset": formats.as_dict(changeset, now, counts=True)}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        formats.append(document, changeset, now, counts=True)
        return self.respond(osmxml.serialize(document))


class Commenting(DiscussionView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        author = require(request, **COMMENT_CHANGESET)
        discussion.comment(author, changeset_id=osm_id, text=parameters.given(request, "text") or "")
        return self.changeset(osm_id)


class _SubscriptionView(DiscussionView):
    def subscribe(self, request: Request, changeset_id: int) -> HttpResponseBase:
        discussion.subscribe(require(request, **EDIT_MAP), changeset_id=changeset_id)
        return self.changeset(changeset_id)

    def unsubscribe(self, request: Request, changeset_id: int) -> HttpResponseBase:
        discussion.unsubscribe(require(request, **EDIT_MAP), changeset_id=changeset_id)
        return self.changeset(changeset_id)


class Subscription(_SubscriptionView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.subscribe(request, osm_id)

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.unsubscribe(request, osm_id)


class Subscribing(_SubscriptionView):
    """The older address."""

    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.subscribe(request, osm_id)


class Unsubscribing(_SubscriptionView):
    """The older address."""

    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.unsubscribe(request, osm_id)


class _VisibilityView(DiscussionView):
    def set_visibility(self, request: Request, comment_id: int, *, visible: bool) -> HttpResponseBase:
        moderator = require(request, **HIDE_CHANGESET_COMMENT)
        comment = discussion.set_visibility(moderator, comment_id=comment_id, visible=visible)
        return self.changeset(comment.changeset_id)


class Visibility(_VisibilityView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.set_visibility(request, osm_id, visible=True)

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.set_visibility(request, osm_id, visible=False)


class OlderVisibility(_VisibilityView):
    """The older addresses, `hide` and `unhide`."""

    def post(self, request: Request, osm_id: int, suffix: str | None, *, visible: bool) -> HttpResponseBase:
        return self.set_visibility(request, osm_id, visible=visible)


class Comments(ApiView):
    """The visible comments on all changesets, the newest first (upstream behaviour 1.10)."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        comments = ChangesetComment.objects.filter(_wanted(request.GET, timezone.now()), visible=True)
        limit = parameters.limit(
            request.GET,
            default=settings.DEFAULT_CHANGESET_COMMENT_QUERY_LIMIT,
            maximum=settings.MAX_CHANGESET_COMMENT_QUERY_LIMIT,
            what="ChangesetComment",
        )
        found = comments.select_related("author").order_by("-created_at", "-id")[:limit]
        if self.output_format is Format.JSON:
            content = {"comments": [formats.comment_as_dict(comment) for comment in found]}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        for comment in found:
            formats.append_comment(document, comment, with_visibility=True)
        return self.respond(osmxml.serialize(document))


def _wanted(query: Mapping[str, str], now: datetime) -> Q:
    period = parameters.period(query, now)
    condition = Q(created_at__range=period) if period else Q()
    author = parameters.known_user(query)
    return condition if author is None else condition & Q(author=author)
