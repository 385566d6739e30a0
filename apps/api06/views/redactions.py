"""Redactions: old versions are hidden and shown again (upstream behaviour 1.12)."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.moderation import actions
from apps.moderation.querysets import check_version_exists
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import BadRequestError
from apps.osm.numbers import leading_id

from ..calls import call
from ..parsers import FieldsParser, field
from ..permissions import REDACT
from .base import ApiView, plain_text


class VersionRedaction(ApiView):
    @call(needs=REDACT, writes=True, plain_text=True, body=FieldsParser)
    def post(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        ref = _ref_of(kind, osm_id, version)
        redaction = field(request, "redaction")
        if redaction is None:
            raise BadRequestError("No redaction was given")
        actions.redact(self.user, ref=ref, version=version, redaction_id=leading_id(redaction))
        return plain_text()

    @call(needs=REDACT, writes=True, plain_text=True)
    def delete(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        actions.unredact(self.user, ref=_ref_of(kind, osm_id, version), version=version)
        return plain_text()


class VersionRedact(ApiView):
    """The deprecated path: without a redaction, the version is shown again."""

    @call(needs=REDACT, writes=True, plain_text=True, body=FieldsParser)
    def post(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        ref = _ref_of(kind, osm_id, version)
        redaction = field(request, "redaction")
        if redaction is None:
            actions.unredact(self.user, ref=ref, version=version)
        else:
            actions.redact(self.user, ref=ref, version=version, redaction_id=leading_id(redaction))
        return plain_text()


def _ref_of(kind: ElementType, osm_id: int, version: int) -> ElementRef:
    """Return the element. Raises NotFoundError if it does not have the version."""
    ref = ElementRef(kind, osm_id)
    check_version_exists(ref, version)
    return ref
