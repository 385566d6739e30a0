"""What the API says of itself: versions, capabilities, and what the caller's token allows."""

from django.conf import settings
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.instance.status import service_status
from apps.osm import osmjson, osmxml
from apps.osm.formats import Format

from ..documents import ORIGIN
from ..openapi.document import serialized
from ..permissions import scopes, welcome
from ..renderers import JSON
from .base import ApiView


class Versions(ApiView):
    answers_while_offline = True

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        if self.output_format is Format.JSON:
            content = {"api": {"versions": [settings.API_VERSION]}}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        del document.attrib["version"]
        api = osmxml.child(document, "api")
        osmxml.child(api, "version", settings.API_VERSION)
        return self.respond(osmxml.serialize(document))


def capabilities() -> dict[str, dict[str, object]]:
    """The limits that are in force, by element and attribute; the order is upstream's."""
    database, api, gpx = service_status()
    return {
        "version": {"minimum": settings.API_VERSION, "maximum": settings.API_VERSION},
        "area": {"maximum": _number(settings.MAX_REQUEST_AREA)},
        "note_area": {"maximum": _number(settings.MAX_NOTE_REQUEST_AREA)},
        "tracepoints": {"per_page": settings.TRACEPOINTS_PER_PAGE},
        "waynodes": {"maximum": settings.MAX_NUMBER_OF_WAY_NODES},
        "relationmembers": {"maximum": settings.MAX_NUMBER_OF_RELATION_MEMBERS},
        "changesets": {
            "maximum_elements": settings.MAX_CHANGESET_ELEMENTS,
            "default_query_limit": settings.DEFAULT_CHANGESET_QUERY_LIMIT,
            "maximum_query_limit": settings.MAX_CHANGESET_QUERY_LIMIT,
        },
        "notes": {
            "default_query_limit": settings.DEFAULT_NOTE_QUERY_LIMIT,
            "maximum_query_limit": settings.MAX_NOTE_QUERY_LIMIT,
        },
        "timeout": {"seconds": settings.API_TIMEOUT},
        "status": {"database": database, "api": api, "gpx": gpx},
    }


def _number(value: float) -> float | int:
    """25, not 25.0."""
    return int(value) if value == int(value) else value


class Capabilities(ApiView):
    answers_while_offline = True

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        blacklist = settings.IMAGERY_BLACKLIST
        if self.output_format is Format.JSON:
            policy = {"imagery": {"blacklist": [{"regex": regex} for regex in blacklist]}}
            return self.respond(osmjson.document(ORIGIN, {"api": capabilities(), "policy": policy}))
        document = osmxml.root("osm", ORIGIN)
        api = osmxml.child(document, "api")
        for name, attributes in capabilities().items():
            osmxml.child(api, name, **attributes)
        imagery = osmxml.child(osmxml.child(document, "policy"), "imagery")
        for regex in blacklist:
            osmxml.child(imagery, "blacklist", regex=regex)
        return self.respond(osmxml.serialize(document))


class Permissions(ApiView):
    """The scopes of the token, each as `allow_<scope>`; none without a token."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        welcome(request)
        permissions = [f"allow_{scope}" for scope in scopes(request)]
        if self.output_format is Format.JSON:
            return self.respond(osmjson.document(ORIGIN, {"permissions": permissions}))
        document = osmxml.root("osm", ORIGIN)
        parent = osmxml.child(document, "permissions")
        for permission in permissions:
            osmxml.child(parent, "permission", name=permission)
        return self.respond(osmxml.serialize(document))


class Description(ApiView):
    """The calls of the API as OpenAPI 3.1."""

    renderer_classes = [JSON]
    answers_while_offline = True
    cache_control = "max-age=3600, public"

    def get(self, request: Request) -> HttpResponseBase:
        return self.respond(serialized())
