"""Old versions are put out of sight and shown again (upstream behaviour 1.12)."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.moderation import actions
from apps.moderation.querysets import check_version_exists
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import BadRequestError
from apps.users.models import User

from ..parameters import given, leading_number
from ..permissions import REDACT, require
from .base import ApiView


class _Redaction(ApiView):
    """Answers nothing, and so in any format."""

    writes = True
    plain_methods = frozenset({"post", "delete"})


class VersionRedaction(_Redaction):
    def post(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        moderator, ref = _asked(request, kind, osm_id, version)
        redaction = given(request, "redaction")
        if redaction is None:
            raise BadRequestError("No redaction was given")
        actions.redact(moderator, ref=ref, version=version, redaction_id=leading_number(redaction))
        return _done()

    def delete(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        moderator, ref = _asked(request, kind, osm_id, version)
        actions.unredact(moderator, ref=ref, version=version)
        return _done()


class VersionRedact(_Redaction):
    """The older address: without a redaction, the version is shown again."""

    def post(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        moderator, ref = _asked(request, kind, osm_id, version)
        redaction = given(request, "redaction")
        if redaction is None:
            actions.unredact(moderator, ref=ref, version=version)
        else:
            actions.redact(moderator, ref=ref, version=version, redaction_id=leading_number(redaction))
        return _done()


def _asked(request: Request, kind: ElementType, osm_id: int, version: int) -> tuple[User, ElementRef]:
    """Who asks, and of which element; that it has the version comes before what is to be done with it."""
    moderator, ref = require(request, **REDACT), ElementRef(kind, osm_id)
    check_version_exists(ref, version)
    return moderator, ref


def _done() -> HttpResponse:
    return HttpResponse(content_type="text/plain; charset=utf-8")
