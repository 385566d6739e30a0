"""Pages of elements and their versions.

For htmx, a page is the sidebar's content only (`layout`, from the context processor).
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.elements import neighbours, querysets
from apps.elements.neighbours import Neighbour
from apps.elements.querysets import ElementVersion
from apps.osm.elements import COORDINATE_SCALE, MAX_ID, ElementRef, ElementType
from apps.osm.errors import NotFoundError
from apps.osm.positions import is_in_world
from apps.web.access import denied, is_moderator
from apps.web.errors import not_found_named
from apps.web.paging import cursor, page_number

from .access import revealing_to_moderators, reveals
from .titles import title_of

MEMBERS_PER_PAGE = 100
MAX_MEMBERS_DRAWN = 3000


@require_safe
@vary_on_headers("HX-Request")
def element(request: HttpRequest, element_type: ElementType, osm_id: int) -> HttpResponse:
    """Show the current version, and the ways and relations that the element is part of."""
    ref = ElementRef(element_type, osm_id)
    try:
        version = querysets.current_version(ref)
    except NotFoundError:
        return _not_found(request, ref)
    context = _version_context(request, version) | {
        "is_current": True,
        "numbers": [*version.older_versions, version.version],
        "parent_ways": neighbours.parent_ways(osm_id) if element_type is ElementType.NODE else [],
        "parent_relations": neighbours.parent_relations(ref),
    }
    return render(request, "elements/element.html", context)


@require_safe
@vary_on_headers("HX-Request")
@revealing_to_moderators
def history(request: HttpRequest, element_type: ElementType, osm_id: int) -> HttpResponse:
    """Show the versions, newest first, each with its changes."""
    ref = ElementRef(element_type, osm_id)
    before, after = cursor(request)
    try:
        page = querysets.history_page(ref, before=before, after=after, reveal=reveals(request))
    except NotFoundError:
        return _not_found(request, ref)
    named = next((version for version in page.versions if version.visible and not version.is_hidden), None)
    context = {
        "ref": ref,
        "title": title_of(ref, named.tags if named else {}, named.nodes if named else None),
        "steps": [
            _step(version, older)
            for version, older in zip(page.versions, [*page.versions[1:], page.compared], strict=False)
        ],
        "page": page,
        "oldest": page.versions[-1].version if page.versions else None,
        "map_data": _geometry(ref, page.versions[0], None) if page.versions and not page.has_newer else None,
        "is_moderator": is_moderator(request),
        "reveal": reveals(request),
    }
    return render(request, "elements/history.html", context)


@require_safe
@vary_on_headers("HX-Request")
@revealing_to_moderators
def version(request: HttpRequest, element_type: ElementType, osm_id: int, number: int) -> HttpResponse:
    """Show one version with its changes."""
    ref = ElementRef(element_type, osm_id)
    try:
        numbers = querysets.version_numbers(ref)
        found = querysets.versions(ref, [number, number - 1], reveal=reveals(request))
    except NotFoundError:
        return _not_found(request, ref, number)
    if number not in found:
        return _not_found(request, ref, number, was_imported=not 0 < number < numbers[-1])
    context = _version_context(request, found[number]) | {
        "older": found.get(number - 1),
        "numbers": numbers,
    }
    return render(request, "elements/version.html", context)


@require_safe
@vary_on_headers("HX-Request")
@revealing_to_moderators
def members(request: HttpRequest, osm_id: int, number: int | None = None) -> HttpResponse:
    """Show a page of the members of a relation, in its current version or in a numbered one."""
    ref = ElementRef(ElementType.RELATION, osm_id)
    try:
        found = (
            querysets.current_version(ref)
            if number is None
            else querysets.versions(ref, [number], reveal=reveals(request))[number]
        )
    except (NotFoundError, KeyError):
        return _not_found(request, ref, number)
    if found.is_hidden:
        return denied(request)
    context = {
        "version": found,
        "title": title_of(ref, found.tags),
        "is_current": number is None,
        "reveal": reveals(request),
    }
    template = "elements/members_fragment.html" if "HX-Target" in request.headers else "elements/members.html"
    return render(request, template, context | _members_context(request, found))


def _version_context(request: HttpRequest, version: ElementVersion) -> dict[str, Any]:
    """Return what a page shows of a version: title, nodes or members with their names, geometry."""
    ref = version.ref
    shown = not version.is_hidden
    nodes = neighbours.nodes_of(ref.id, version.nodes) if version.nodes and shown else []
    context: dict[str, Any] = {
        "is_current": False,
        "older": None,
        "version": version,
        "title": title_of(ref, version.tags if shown else {}, version.nodes or None),
        "nodes": nodes,
        "map_data": _geometry(ref, version, nodes),
        "is_moderator": is_moderator(request),
        "reveal": reveals(request),
    }
    if ref.type is ElementType.RELATION and shown:
        context |= _members_context(request, version)
    return context


def _members_context(request: HttpRequest, version: ElementVersion) -> dict[str, Any]:
    pages = -(-len(version.members) // MEMBERS_PER_PAGE)
    page = page_number(request, "page", pages)
    shown = version.members[(page - 1) * MEMBERS_PER_PAGE : page * MEMBERS_PER_PAGE]
    return {
        "members": neighbours.members_named(shown),
        "members_page": page,
        "members_next": page + 1 if page < pages else None,
        "members_left": len(version.members) - page * MEMBERS_PER_PAGE,
    }


def _step(version: ElementVersion, older: ElementVersion | None) -> dict[str, Any]:
    """Return a version, the one that it is compared with, and how many versions between them were not imported."""
    missing = version.version - (older.version if older else 0) - 1
    return {"version": version, "older": None if missing else older, "missing": missing}


def _geometry(
    ref: ElementRef, version: ElementVersion, nodes: Iterable[Neighbour] | None
) -> dict[str, Any] | None:
    """Return what the map draws: elements as in the API, or the URL to load them from. None for nothing."""
    if not version.visible or version.is_hidden:
        return None
    data: dict[str, Any] = {"kind": "element", "type": ref.type.label, "id": ref.id}
    if version.position:
        if not is_in_world(float(version.position[0]), float(version.position[1])):
            return None
        node = {
            "type": "node",
            "id": ref.id,
            "lat": float(version.position[0]),
            "lon": float(version.position[1]),
        }
        return data | {"elements": [node | {"tags": version.tags}]}
    if ref.type is ElementType.RELATION and len(version.members) > MAX_MEMBERS_DRAWN:
        return None
    if nodes is None or ref.type is ElementType.RELATION:
        return data | {"url": f"/api/0.6/{ref.type.label}/{ref.id}/full.json"}
    found = {
        node.ref.id: {
            "type": "node",
            "id": node.ref.id,
            "lat": node.lat / COORDINATE_SCALE,
            "lon": node.lon / COORDINATE_SCALE,
        }
        for node in nodes
        if node.lat is not None
        and node.lon is not None
        and is_in_world(node.lat / COORDINATE_SCALE, node.lon / COORDINATE_SCALE)
    }
    way = {"type": "way", "id": ref.id, "nodes": version.nodes, "tags": version.tags}
    return data | {"elements": [*found.values(), way]}


def _not_found(
    request: HttpRequest, ref: ElementRef, number: int | None = None, *, was_imported: bool = True
) -> HttpResponse:
    names = {
        ElementType.NODE: gettext("node"),
        ElementType.WAY: gettext("way"),
        ElementType.RELATION: gettext("relation"),
    }
    name = names[ref.type]
    if number is not None and ref.id <= MAX_ID:
        reason = "" if was_imported else gettext("This version was not imported into this server.")
        numbered = gettext("version {number} of {type}").format(number=number, type=name)
        return not_found_named(request, numbered, ref.id, reason=reason)
    return not_found_named(request, name, ref.id)
