"""Changes to the map: changesets are opened, described, filled and closed."""

from typing import ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.changesets import actions
from apps.changesets.querysets import access_changeset
from apps.elements import single
from apps.elements.upload import upload
from apps.osm import osmxml
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import OsmError, UnsupportedEncodingError
from apps.osm.osmchange import Action, Limits
from apps.osm.osmelement import read_element
from apps.users.models import User

from ..bodies import body
from ..documents import ORIGIN
from ..permissions import EDIT_MAP, require
from ..renderers import XML
from .base import ApiView, CgimapView
from .changesets import Changeset, Changesets
from .elements import Element, Elements


def _number(number: int) -> HttpResponse:
    return HttpResponse(str(number), content_type="text/plain; charset=utf-8")


def _create(request: Request) -> HttpResponse:
    user = require(request, **EDIT_MAP)
    return _number(actions.open_changeset(user, tags=osmxml.changeset_tags(body(request))).pk)


class ChangesetList(Changesets):
    """The query, and the newer address of creation."""

    writes = True
    plain_methods = frozenset({"post"})

    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(request)


class ChangesetCreation(CgimapView):
    writes = True
    plain_methods = frozenset({"put"})

    def put(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(request)


class ChangesetDetail(Changeset):
    """One changeset, and the replacement of its tags."""

    writes = True

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **EDIT_MAP)
        access_changeset(osm_id)
        actions.replace_tags(user, changeset_id=osm_id, tags=osmxml.changeset_tags(body(request)))
        return self.get(request, osm_id, suffix)


class ChangesetClosing(CgimapView):
    writes = True
    plain_methods = frozenset({"put"})

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.close(require(request, **EDIT_MAP), changeset_id=osm_id)
        return HttpResponse(content_type="text/plain; charset=utf-8")


def _writer(request: Request) -> User:
    """Who may write one element more; comes before all that the request says."""
    user = require(request, **EDIT_MAP)
    single.check_rate(user)
    return user


def _create_element(request: Request, kind: ElementType) -> HttpResponse:
    user = _writer(request)
    return _number(single.create(user, change=read_element(kind, Action.CREATE, body(request))))


class ElementCreation(ApiView):
    writes = True
    plain_methods = frozenset({"put"})

    def put(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        return _create_element(request, kind)


class _WebsiteWrites(CgimapView):
    """Reads at this address are cgimap's, writes the website's, which refuses in another shape and other words."""

    writes = True
    # Reads refuse neither people nor bodies. What formats there are, they say as cgimap does.
    plain_errors: ClassVar[tuple[type[OsmError], ...]] = ApiView.plain_errors
    words: ClassVar[dict[type[OsmError], str]] = {UnsupportedEncodingError: ""}

    def check_transport(self, request: Request) -> None:
        if request.method in {"POST", "PUT", "DELETE"}:
            self.error_content_type = ApiView.error_content_type
            self.error_origin = ApiView.error_origin  # type: ignore[assignment]
            ApiView.check_transport(self, request)


class ElementList(_WebsiteWrites, Elements):
    """Multi-fetch, and the newer address of creation."""

    plain_methods = frozenset({"post"})

    def post(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        return _create_element(request, kind)


class ElementDetail(_WebsiteWrites, Element):
    """One element, and its later versions."""

    plain_methods = frozenset({"put", "delete"})

    def put(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user, ref = _writer(request), ElementRef(kind, osm_id)
        single.access_element(ref)
        change = read_element(kind, Action.MODIFY, body(request))
        return _number(single.update(user, ref=ref, change=change))

    def delete(
        self, request: Request, kind: ElementType, osm_id: int, suffix: str | None
    ) -> HttpResponseBase:
        user, ref = _writer(request), ElementRef(kind, osm_id)
        single.access_element(ref)
        change = read_element(kind, Action.DELETE, body(request))
        return _number(single.delete(user, ref=ref, change=change))


class ChangesetUpload(CgimapView):
    renderer_classes = [XML]
    writes = True

    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **EDIT_MAP)
        results = upload(
            user,
            changeset_id=osm_id,
            document=body(request),
            limits=Limits(settings.MAX_NUMBER_OF_WAY_NODES, settings.MAX_NUMBER_OF_RELATION_MEMBERS),
            key=request.META.get("HTTP_IDEMPOTENCY_KEY"),
        )
        return self.respond(osmxml.diff_result(results, ORIGIN))
