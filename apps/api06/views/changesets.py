"""Reads of changesets."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.changesets.models import Changeset as ChangesetModel
from apps.changesets.querysets import described_changesets, overlaps, still_open, with_discussion
from apps.elements import selection
from apps.osm import osmjson, osmxml
from apps.osm.bbox import parse_bbox
from apps.osm.errors import BadRequestError, NotFoundError, ObjectNotFoundError
from apps.osm.formats import Format
from apps.users.models import User

from .. import documents, parameters
from ..documents import ORIGIN
from ..formats import changesets as formats
from ..permissions import caller, may_see_hidden_comments, may_see_redacted
from ..renderers import XML
from .base import ApiView, CgimapView


class Changeset(CgimapView):
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        changesets = described_changesets().filter(id=osm_id)
        show_hidden = may_see_hidden_comments(request)
        if request.GET.get("include_discussion"):
            changesets = with_discussion(changesets, show_hidden=show_hidden)
        changeset = changesets.first()
        if changeset is None:
            raise NotFoundError
        now = timezone.now()
        if self.output_format is Format.JSON:
            content = {"changeset": formats.as_dict(changeset, now, counts=False)}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        formats.append(document, changeset, now, counts=False, with_visibility=show_hidden)
        return self.respond(osmxml.serialize(document))


class ChangesetDownload(CgimapView):
    renderer_classes = [XML]

    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        if not ChangesetModel.objects.filter(id=osm_id).exists():
            raise NotFoundError
        versions = selection.of_changeset(osm_id, show_redacted=may_see_redacted(request))
        return self.respond(documents.changes(versions))


class Changesets(ApiView):
    """The query: all parameters narrow the answer down (upstream behaviour 1.8.3)."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        now = timezone.now()
        changesets = list(_query(request.GET, caller(request), now))
        if self.output_format is Format.JSON:
            content = {
                "changesets": [formats.as_dict(changeset, now, counts=True) for changeset in changesets]
            }
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        for changeset in changesets:
            formats.append(document, changeset, now, counts=True)
        return self.respond(osmxml.serialize(document))


def _query(query: Mapping[str, str], asking: User | None, now: datetime) -> QuerySet[ChangesetModel]:
    limit = parameters.limit(
        query,
        default=settings.DEFAULT_CHANGESET_QUERY_LIMIT,
        maximum=settings.MAX_CHANGESET_QUERY_LIMIT,
        what="Changeset",
    )
    changesets = described_changesets()
    if "bbox" in query:
        changesets = changesets.filter(overlaps(parse_bbox(query["bbox"])))
    if (user := _user(query, asking)) is not None:
        changesets = changesets.filter(user=user)
    changesets = changesets.filter(_times(query), _moments(query, now))
    if "open" in query:
        changesets = changesets.filter(still_open(now))
    if "closed" in query:
        changesets = changesets.exclude(still_open(now))
    if "changesets" in query:
        changesets = changesets.filter(id__in=_ids(query["changesets"]))
    oldest_first = query.get("order") == "oldest"
    if oldest_first and "time" in query:
        raise BadRequestError("cannot use order=oldest with time")
    order = ("created_at", "id") if oldest_first else ("-created_at", "-id")
    return changesets.order_by(*order)[:limit]


def _ids(text: str) -> list[int]:
    ids = [parameters.leading_number(part) for part in text.split(",") if part]
    if not ids:
        raise BadRequestError("No changesets were given to search for")
    return ids


def _user(query: Mapping[str, str], asking: User | None) -> User | None:
    """Whose changesets are asked for. Those of users whose data is not public are for themselves alone."""
    by_id, by_name = query.get("user"), query.get("display_name")
    if by_id is None and by_name is None:
        return None
    if by_id is not None and by_name is not None:
        raise BadRequestError("provide either the user ID or display name, but not both")
    if by_id is not None:
        user_id = int(by_id) if by_id.isascii() and by_id.isdigit() and len(by_id) < 19 else 0
        if user_id < 1:
            raise BadRequestError("invalid user ID")
        user = User.objects.filter(id=user_id).first()
    else:
        user = None if "\0" in str(by_name) else User.objects.filter(display_name=by_name).first()
    if user is None or not (user.data_public or user == asking):
        raise ObjectNotFoundError
    return user


def _times(query: Mapping[str, str]) -> Q:
    """`time=T1`: closed at or after T1; `time=T1,T2`: and created at or before T2."""
    if "time" not in query:
        return Q()
    parts = query["time"].split(",")
    if len(parts) > 2:
        raise BadRequestError("bad time range")
    try:
        moments = [parameters.moment(part) for part in parts]
    except ValueError:
        raise BadRequestError(f'no time information in "{query["time"]}"') from None
    condition = Q(closed_at__gte=moments[0])
    return condition & Q(created_at__lte=moments[1]) if len(moments) == 2 else condition


def _moments(query: Mapping[str, str], now: datetime) -> Q:
    """`from` and `to`: created between them."""
    period = parameters.period(query, now)
    return Q(created_at__range=period) if period else Q()
