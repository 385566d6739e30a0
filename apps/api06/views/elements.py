"""Reads of the map: boxes, elements, their versions, their users."""

from django.conf import settings
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.elements import selection
from apps.osm.bbox import parse_map_bbox
from apps.osm.elements import ElementRef, ElementType

from .. import documents
from ..parameters import id_versions
from ..permissions import may_see_redacted
from .base import CgimapView


class Map(CgimapView):
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        bbox = parse_map_bbox(request.GET.get("bbox"), settings.MAX_REQUEST_AREA)
        elements = selection.in_bbox(bbox, settings.MAX_NUMBER_OF_NODES, self.output_format)
        return self.respond(
            documents.elements(elements, self.output_format, bbox),
            {"Content-Disposition": 'attachment; filename="map.osm"'},
        )


class Element(CgimapView):
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        element = selection.current(ElementRef(kind, osm_id), self.output_format)
        return self.respond(b"".join(documents.elements([element], self.output_format)))


class ElementVersion(CgimapView):
    def get(
        self, request: Request, kind: ElementType, osm_id: int, version: int, suffix: str | None
    ) -> HttpResponseBase:
        element = selection.version(
            ElementRef(kind, osm_id), version, self.output_format, show_redacted=may_see_redacted(request)
        )
        return self.respond(b"".join(documents.elements([element], self.output_format)))


class ElementHistory(CgimapView):
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        versions = selection.history(
            ElementRef(kind, osm_id), self.output_format, show_redacted=may_see_redacted(request)
        )
        return self.respond(b"".join(documents.elements(versions, self.output_format)))


class Elements(CgimapView):
    """Multi-fetch: all of them or 404."""

    def get(self, request: Request, kind: ElementType, suffix: str | None) -> HttpResponseBase:
        wanted = id_versions(request.GET, kind.plural)
        elements = selection.multi_fetch(
            kind, wanted, self.output_format, show_redacted=may_see_redacted(request)
        )
        return self.respond(b"".join(documents.elements(elements, self.output_format)))


class WaysOfNode(CgimapView):
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        ways = selection.ways_of_node(osm_id, self.output_format)
        return self.respond(b"".join(documents.elements(ways, self.output_format)))


class RelationsOfElement(CgimapView):
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        relations = selection.relations_of(ElementRef(kind, osm_id), self.output_format)
        return self.respond(b"".join(documents.elements(relations, self.output_format)))


class Full(CgimapView):
    def get(self, request: Request, kind: ElementType, osm_id: int, suffix: str | None) -> HttpResponseBase:
        elements = selection.full(ElementRef(kind, osm_id), self.output_format)
        return self.respond(documents.elements(elements, self.output_format))
