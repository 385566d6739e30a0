"""Elements: the map, single elements and their versions, and writes of single elements."""

from collections.abc import Iterable

from django.conf import settings
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.elements import selection, single
from apps.osm.bbox import parse_map_bbox
from apps.osm.elements import ElementRef, ElementType
from apps.osm.osmchange import Action, Change
from apps.osm.osmelement import read_element

from .. import documents
from ..calls import call
from ..dialects import CGIMAP, WEBSITE_BEHIND_CGIMAP
from ..parameters import id_versions
from ..parsers import DocumentParser, document
from ..permissions import EDIT_MAP, may_see_redacted
from .base import ApiView, plain_text


class Map(ApiView):
    @call(CGIMAP)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        bbox = parse_map_bbox(request.GET.get("bbox"), settings.MAX_REQUEST_AREA)
        elements = selection.in_bbox(bbox, settings.MAX_NUMBER_OF_NODES, self.output_format)
        return self.respond(
            documents.elements(elements, self.output_format, bbox),
            {"Content-Disposition": 'attachment; filename="map.osm"'},
        )


class _ElementView(ApiView):
    def respond_with_elements(self, elements: Iterable[bytes]) -> HttpResponseBase:
        return self.respond_in_pieces(documents.elements(elements, self.output_format))

    def read_change(self, kind: ElementType, action: Action) -> Change:
        """Return the change in the body. Check the rate limit first, before the body is read."""
        single.check_rate(self.user)
        return read_element(kind, action, document(self.request))


class ElementDetail(_ElementView):
    """A single element: reads behave like cgimap, writes like the website."""

    @call(CGIMAP)
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_elements([selection.current(ElementRef(kind, osm_id), self.output_format)])

    @call(WEBSITE_BEHIND_CGIMAP, needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def put(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        ref = ElementRef(kind, osm_id)
        change = self._read_change_of(ref, Action.MODIFY)
        return plain_text(str(single.update(self.user, ref=ref, change=change)))

    @call(WEBSITE_BEHIND_CGIMAP, needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def delete(
        self, request: Request, kind: ElementType, osm_id: int, suffix: str | None
    ) -> HttpResponseBase:
        ref = ElementRef(kind, osm_id)
        change = self._read_change_of(ref, Action.DELETE)
        return plain_text(str(single.delete(self.user, ref=ref, change=change)))

    def _read_change_of(self, ref: ElementRef, action: Action) -> Change:
        single.check_rate(self.user)
        single.access_element(ref)
        return read_element(ref.type, action, document(self.request))


class ElementList(_ElementView):
    """Multi-fetch, all or nothing; POST creates an element."""

    @call(CGIMAP)
    def get(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        wanted = id_versions(request.GET, kind.plural)
        show_redacted = may_see_redacted(request)
        return self.respond_with_elements(
            selection.multi_fetch(kind, wanted, self.output_format, show_redacted=show_redacted)
        )

    @call(WEBSITE_BEHIND_CGIMAP, needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def post(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        return plain_text(str(single.create(self.user, change=self.read_change(kind, Action.CREATE))))


class ElementCreation(_ElementView):
    """The deprecated path of creation."""

    @call(needs=EDIT_MAP, writes=True, plain_text=True, body=DocumentParser)
    def put(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        return plain_text(str(single.create(self.user, change=self.read_change(kind, Action.CREATE))))


class ElementVersion(_ElementView):
    @call(CGIMAP)
    def get(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        ref, show_redacted = ElementRef(kind, osm_id), may_see_redacted(request)
        element = selection.version(ref, version, self.output_format, show_redacted=show_redacted)
        return self.respond_with_elements([element])


class ElementHistory(_ElementView):
    @call(CGIMAP)
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        ref, show_redacted = ElementRef(kind, osm_id), may_see_redacted(request)
        return self.respond_with_elements(
            selection.history(ref, self.output_format, show_redacted=show_redacted)
        )


class WaysOfNode(_ElementView):
    @call(CGIMAP)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_elements(selection.ways_of_node(osm_id, self.output_format))


class RelationsOfElement(_ElementView):
    @call(CGIMAP)
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_elements(
            selection.relations_of(ElementRef(kind, osm_id), self.output_format)
        )


class Full(ApiView):
    @call(CGIMAP)
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        elements = selection.full(ElementRef(kind, osm_id), self.output_format)
        return self.respond(documents.elements(elements, self.output_format))
