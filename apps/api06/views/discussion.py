"""The discussion of changesets: comments, subscriptions, and hiding comments."""

from functools import partial

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.changesets import discussion
from apps.changesets.querysets import access_described_changeset, find_comments

from .. import parameters
from ..calls import call
from ..formats import changesets as formats
from ..parsers import FieldsParser, field
from ..permissions import COMMENT_CHANGESET, EDIT_MAP, HIDE_CHANGESET_COMMENT
from .base import ROWS_PER_FETCH, ApiView


class _DiscussionView(ApiView):
    """Calls that change a discussion respond with the changeset, without the discussion."""

    def respond_with_changeset(self, changeset_id: int) -> HttpResponseBase:
        changeset, now = access_described_changeset(changeset_id), timezone.now()
        return self.respond_with(
            json=lambda: {"changeset": formats.as_dict(changeset, now, counts=True)},
            xml=partial(formats.append, changeset=changeset, now=now, counts=True),
        )

    def subscribe(self, changeset_id: int) -> HttpResponseBase:
        discussion.subscribe(self.user, changeset_id=changeset_id)
        return self.respond_with_changeset(changeset_id)

    def unsubscribe(self, changeset_id: int) -> HttpResponseBase:
        discussion.unsubscribe(self.user, changeset_id=changeset_id)
        return self.respond_with_changeset(changeset_id)

    def set_visibility(self, comment_id: int, *, visible: bool) -> HttpResponseBase:
        comment = discussion.set_visibility(self.user, comment_id=comment_id, visible=visible)
        return self.respond_with_changeset(comment.changeset_id)


class Commenting(_DiscussionView):
    @call(needs=COMMENT_CHANGESET, writes=True, body=FieldsParser)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        discussion.comment(self.user, changeset_id=osm_id, text=field(request, "text") or "")
        return self.respond_with_changeset(osm_id)


class Subscription(_DiscussionView):
    @call(needs=EDIT_MAP, writes=True)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.subscribe(osm_id)

    @call(needs=EDIT_MAP, writes=True)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.unsubscribe(osm_id)


class Subscribing(_DiscussionView):
    """The deprecated path."""

    @call(needs=EDIT_MAP, writes=True)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.subscribe(osm_id)


class Unsubscribing(_DiscussionView):
    """The deprecated path."""

    @call(needs=EDIT_MAP, writes=True)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.unsubscribe(osm_id)


class Visibility(_DiscussionView):
    @call(needs=HIDE_CHANGESET_COMMENT, writes=True)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.set_visibility(osm_id, visible=True)

    @call(needs=HIDE_CHANGESET_COMMENT, writes=True)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.set_visibility(osm_id, visible=False)


class OlderVisibility(_DiscussionView):
    """The deprecated paths, `hide` and `unhide`."""

    @call(needs=HIDE_CHANGESET_COMMENT, writes=True)
    def post(self, request: Request, osm_id: int, suffix: str | None, *, visible: bool) -> HttpResponseBase:
        return self.set_visibility(osm_id, visible=visible)


class Comments(ApiView):
    """The visible comments on all changesets, newest first (upstream behaviour 1.10)."""

    @call()
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        created = parameters.period(request.GET, timezone.now())
        author = parameters.known_user(request.GET)
        limit = parameters.limit(
            request.GET,
            default=settings.DEFAULT_CHANGESET_COMMENT_QUERY_LIMIT,
            maximum=settings.MAX_CHANGESET_COMMENT_QUERY_LIMIT,
            what="ChangesetComment",
        )
        comments = find_comments(author=author, created=created)[:limit]
        return self.respond_with_list(
            "comments",
            comments.iterator(chunk_size=ROWS_PER_FETCH),
            json=formats.comment_as_dict,
            xml=partial(formats.append_comment, with_visibility=True),
        )
