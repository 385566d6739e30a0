"""Metadata of the API: versions, capabilities, and the permissions of the token."""

from django.conf import settings
from django.http.response import HttpResponseBase
from lxml import etree
from rest_framework.request import Request

from apps.instance.status import service_status
from apps.osm import osmxml

from ..calls import Token, call
from ..dialects import CACHED
from ..openapi.document import serialized
from ..permissions import scopes
from ..renderers import JSON
from .base import ApiView


class Versions(ApiView):
    @call(while_offline=True)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        def append(root: etree._Element) -> None:
            del root.attrib["version"]
            osmxml.child(osmxml.child(root, "api"), "version", settings.API_VERSION)

        return self.respond_with(json=lambda: {"api": {"versions": [settings.API_VERSION]}}, xml=append)


def capabilities() -> dict[str, dict[str, object]]:
    """Return the limits in force by element and attribute, in upstream's order."""
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
    """Return a whole number as an int: 25 for 25.0."""
    return int(value) if value == int(value) else value


class Capabilities(ApiView):
    @call(while_offline=True)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        blacklist = settings.IMAGERY_BLACKLIST

        def append(root: etree._Element) -> None:
            api = osmxml.child(root, "api")
            for name, attributes in capabilities().items():
                osmxml.child(api, name, **attributes)
            imagery = osmxml.container(osmxml.child(root, "policy"), "imagery")
            for regex in blacklist:
                osmxml.child(imagery, "blacklist", regex=regex)

        policy = {"imagery": {"blacklist": [{"regex": regex} for regex in blacklist]}}
        return self.respond_with(json=lambda: {"api": capabilities(), "policy": policy}, xml=append)


class Permissions(ApiView):
    """The scopes of the token, each as `allow_<scope>`; none without a token."""

    @call(token=Token.WELCOME)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        permissions = [f"allow_{scope}" for scope in scopes(request)]

        def append(root: etree._Element) -> None:
            parent = osmxml.container(root, "permissions")
            for permission in permissions:
                osmxml.child(parent, "permission", name=permission)

        return self.respond_with(json=lambda: {"permissions": permissions}, xml=append)


class Description(ApiView):
    """The calls of the API as OpenAPI 3.1."""

    renderer_classes = [JSON]

    @call(CACHED, while_offline=True)
    def get(self, request: Request) -> HttpResponseBase:
        return self.respond(serialized())
