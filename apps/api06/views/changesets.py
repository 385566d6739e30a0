"""Changesets: opened, read, described, filled, closed, and searched."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.changesets import actions, search
from apps.changesets.models import Changeset
from apps.changesets.querysets import access_changeset, access_described_changeset, comments_on
from apps.elements import selection
from apps.elements.upload import upload
from apps.osm import osmxml
from apps.osm.bbox import parse_bbox
from apps.osm.errors import BadRequestError, ObjectNotFoundError
from apps.osm.formats import Format
from apps.osm.numbers import leading_id, parse_id
from apps.osm.osmchange import Limits
from apps.users.models import User
from apps.users.querysets import find_user

from .. import documents, parameters
from ..calls import call
from ..dialects import CGIMAP
from ..documents import ORIGIN
from ..formats import changesets as formats
from ..parsers import DocumentParser, document
from ..permissions import EDIT_MAP, caller, may_see_hidden_comments, may_see_redacted
from ..renderers import XML
from .base import ApiView, each, plain_text


class ChangesetDetail(ApiView):
    @call(CGIMAP)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self._describe(osm_id)

    @call(CGIMAP, needs=EDIT_MAP, writes=True, body=DocumentParser)
    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        access_changeset(osm_id)
        tags = osmxml.changeset_tags(document(request))
        actions.replace_tags(self.user, changeset_id=osm_id, tags=tags)
        return self._describe(osm_id)

    def _describe(self, changeset_id: int) -> HttpResponseBase:
        show_hidden = may_see_hidden_comments(self.request)
        changeset, now = access_described_changeset(changeset_id), timezone.now()
        if self.request.GET.get("include_discussion"):
            return self._discuss(changeset, now, show_hidden=show_hidden)
        return self.respond_with(
            json=lambda: {"changeset": formats.as_dict(changeset, now, counts=False)},
            xml=partial(formats.append, changeset=changeset, now=now, counts=False),
        )

    def _discuss(self, changeset: Changeset, now: datetime, *, show_hidden: bool) -> HttpResponseBase:
        comments = comments_on(changeset, show_hidden=show_hidden)
        if self.output_format is Format.JSON:
            return self.respond_in_pieces(formats.json_with_discussion(changeset, comments, now))
        return self.respond_in_pieces(
            formats.xml_with_discussion(changeset, comments, now, with_visibility=show_hidden)
        )


class ChangesetCreation(ApiView):
    """The deprecated path of creation."""

    @call(CGIMAP, needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def put(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(self)


class ChangesetClosing(ApiView):
    @call(CGIMAP, needs=EDIT_MAP, writes=True, plain_text=True)
    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.close(self.user, changeset_id=osm_id)
        return plain_text()


class ChangesetUpload(ApiView):
    renderer_classes = [XML]

    @call(CGIMAP, needs=EDIT_MAP, writes=True, body=DocumentParser)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        results = upload(
            self.user,
            changeset_id=osm_id,
            document=document(request),
            limits=Limits(settings.MAX_NUMBER_OF_WAY_NODES, settings.MAX_NUMBER_OF_RELATION_MEMBERS),
            key=request.META.get("HTTP_IDEMPOTENCY_KEY"),
        )
        return self.respond(osmxml.diff_result(results, ORIGIN))


class ChangesetDownload(ApiView):
    renderer_classes = [XML]

    @call(CGIMAP)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        largest = access_changeset(osm_id).largest_type
        versions = selection.of_changeset(osm_id, largest, show_redacted=may_see_redacted(request))
        return self.respond(documents.changes(versions))


class ChangesetList(ApiView):
    """The search, which combines all parameters with AND (upstream behaviour 1.8.3); POST creates a changeset."""

    @call()
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        now = timezone.now()
        changesets = _search(request.GET, caller(request), now)
        return self.respond_with(
            json=lambda: {
                "changesets": [formats.as_dict(changeset, now, counts=True) for changeset in changesets]
            },
            xml=each(changesets, formats.append, now, counts=True),
        )

    @call(needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(self)


def _create(view: ApiView) -> HttpResponseBase:
    tags = osmxml.changeset_tags(document(view.request))
    return plain_text(str(actions.open_changeset(view.user, tags=tags).pk))


def _search(query: Mapping[str, str], asking: User | None, now: datetime) -> list[Changeset]:
    limit = parameters.limit(
        query,
        default=settings.DEFAULT_CHANGESET_QUERY_LIMIT,
        maximum=settings.MAX_CHANGESET_QUERY_LIMIT,
        what="Changeset",
    )
    bbox = parse_bbox(query["bbox"]) if "bbox" in query else None
    user = _user(query, asking)
    closed_since, created_until = _times(query)
    created = parameters.period(query, now)
    ids = _ids(query["changesets"]) if "changesets" in query else None
    oldest_first = query.get("order") == "oldest"
    if oldest_first and "time" in query:
        raise BadRequestError("cannot use order=oldest with time")
    return search.find_changesets(
        now,
        limit=limit,
        bbox=bbox,
        user=user,
        closed_since=closed_since,
        created_until=created_until,
        created=created,
        open_only="open" in query,
        closed_only="closed" in query,
        ids=ids,
        oldest_first=oldest_first,
    )


def _ids(text: str) -> list[int]:
    ids = [leading_id(part) for part in text.split(",") if part]
    if not ids:
        raise BadRequestError("No changesets were given to search for")
    return ids


def _user(query: Mapping[str, str], asking: User | None) -> User | None:
    """Return the user to filter by; None without one. Users with private edits are visible to themselves only.

    Raises BadRequestError, ObjectNotFoundError.
    """
    by_id, by_name = query.get("user"), query.get("display_name")
    if by_id is None and by_name is None:
        return None
    if by_id is not None and by_name is not None:
        raise BadRequestError("provide either the user ID or display name, but not both")
    if by_id is not None and not parse_id(by_id):
        raise BadRequestError("invalid user ID")
    user = find_user(name=by_name, user_id=parse_id(by_id) if by_id else None)
    if user is None or not (user.data_public or user == asking):
        raise ObjectNotFoundError
    return user


def _times(query: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return (closed since, created until) of `time=T1` or `time=T1,T2`."""
    if "time" not in query:
        return None, None
    parts = query["time"].split(",")
    if len(parts) > 2:
        raise BadRequestError("bad time range")
    try:
        times = [parameters.parse_time(part) for part in parts]
    except ValueError:
        raise BadRequestError(f'no time information in "{query["time"]}"') from None
    return times[0], times[1] if len(times) == 2 else None
