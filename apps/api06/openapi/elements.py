"""Calls for map data: bboxes, nodes, ways, relations and their versions."""

from dataclasses import replace

from django.conf import settings

from apps.osm import edit_errors, errors
from apps.osm.elements import ElementRef, ElementType

from .call import CLOSED, TOO_MANY_MEMBERS, TOO_MANY_NODES, Call, Calls, number
from .element_schemas import ELEMENTS
from .words import BOX, ID, IDS_AND_VERSIONS, STRING, XML, Content, in_path, query, ref, tag

_ID = in_path("id", ID, "The id of the element")
_VERSION = in_path("version", ID, "The version number")
SHOW_REDACTED = query(
    "show_redactions", STRING, "`true` includes redacted versions; only for moderators, ignored for others"
)
_EXAMPLES = {
    ElementType.NODE: ' lat="47.1" lon="9.5"><tag k="amenity" v="bench"/></node></osm>',
    ElementType.WAY: '><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way></osm>',
    ElementType.RELATION: '><member type="node" ref="1" role="stop"/><tag k="type" v="route"/></relation></osm>',
}


def _example(kind: ElementType, head: str) -> str:
    return f'<osm><{kind.label} changeset="1"{head}{_EXAMPLES[kind]}'


def _bad_input(kind: ElementType) -> tuple[errors.OsmError, ...]:
    """Return the errors of a malformed element, which all calls that take one share."""
    at_fault: tuple[errors.OsmError, ...] = (
        edit_errors.BadXmlError("node", "<osm/>", f"XML doesn't contain an osm/{kind.label} element."),
        edit_errors.DuplicateTagsError(f"{kind.label}/1", "name"),
    )
    if kind is ElementType.WAY:
        at_fault += (TOO_MANY_NODES,)
    if kind is ElementType.RELATION:
        at_fault += (TOO_MANY_MEMBERS,)
    return at_fault


def _changeset_errors(kind: ElementType) -> tuple[errors.OsmError, ...]:
    return (
        *_bad_input(kind),
        edit_errors.NoChangesetError(),
        edit_errors.NotOwnerError(),
        CLOSED,
        errors.TooLargeError("Size limit exceeded"),
        errors.TooManyChangesError("Rate limit exceeded"),
    )


def _references(kind: ElementType) -> tuple[errors.OsmError, ...]:
    if kind is ElementType.NODE:
        return ()
    missing = edit_errors.MissingReferencesError(ElementRef(kind, 1), ElementType.NODE, [5])
    saved = edit_errors.CannotBeSavedError(kind, 1, missing)
    return (saved, edit_errors.InvalidWayError(1)) if kind is ElementType.WAY else (saved,)


def _calls_of(kind: ElementType) -> Calls:
    name, names, element = kind.label, kind.plural, ElementRef(kind, 1)
    group, title = names.capitalize(), name.capitalize()
    sent: Content = {XML: tag("osm", **{name: ref(f"{title}Sent")})}
    at = f"/api/0.6/{name}/{{id}}"
    creation = Call(
        id=f"create{title}",
        summary=f"Create a {name}",
        tag=group,
        description="The response is the new id. The changeset has to be open and belong to the user.",
        body=sent,
        example=_example(kind, ""),
        response=number("The new id"),
        errors=(*_changeset_errors(kind), *_references(kind)),
    )
    found = (errors.NotFoundError(), errors.GoneError())
    in_use: tuple[errors.OsmError, ...] = (
        (edit_errors.RelationStillUsedError(1, 2),)
        if kind is ElementType.RELATION
        else (edit_errors.StillUsedError(element, ElementType.RELATION, [2]),)
    )
    calls: Calls = {
        ("get", f"/api/0.6/{names}"): Call(
            id=f"read{group}",
            summary=f"Read several {names}",
            tag=group,
            description="Includes deleted ones. 404 if one of them never existed.",
            parameters=(
                query(
                    names,
                    IDS_AND_VERSIONS,
                    "Ids, separated by commas, each optionally with `v` and a version",
                    required=True,
                ),
                SHOW_REDACTED,
            ),
            response=ELEMENTS,
            errors=(
                errors.BadRequestError(
                    f"The parameter {names} is required, and must be of the form {names}=ID[vVER][,ID[vVER][,ID[vVER]...]]."
                ),
                errors.NotFoundError(),
            ),
        ),
        ("post", f"/api/0.6/{names}"): creation,
        ("put", f"/api/0.6/{name}/create"): _older(creation, f"create{title}Deprecated"),
        ("get", at): Call(
            id=f"read{title}",
            summary=f"Read a {name}",
            tag=group,
            parameters=(_ID,),
            response=ELEMENTS,
            errors=found,
        ),
        ("put", at): Call(
            id=f"update{title}",
            summary=f"Update a {name}",
            tag=group,
            description="The response is the new version. Restores a deleted element.",
            parameters=(_ID,),
            body=sent,
            example=_example(kind, ' id="1" version="2"'),
            response=number("The new version"),
            errors=(
                errors.NotFoundError(),
                edit_errors.IdMismatchError(1, 2),
                edit_errors.VersionMismatchError(1, 2, element),
                *_changeset_errors(kind),
                *_references(kind),
            ),
        ),
        ("delete", at): Call(
            id=f"delete{title}",
            summary=f"Delete a {name}",
            tag=group,
            description="The response is the new version. The body is the element to delete.",
            parameters=(_ID,),
            body=sent,
            example=_example(kind, ' id="1" version="2"'),
            response=number("The new version"),
            errors=(
                errors.NotFoundError(),
                edit_errors.IdMismatchError(1, 2) if kind is ElementType.NODE else errors.BadRequestError(),
                edit_errors.AlreadyDeletedError(element),
                edit_errors.VersionMismatchError(1, 2, element),
                *_changeset_errors(kind),
                *in_use,
            ),
        ),
        ("get", f"{at}/relations"): Call(
            id=f"readRelationsOf{title}",
            summary=f"List the relations with a {name} as a member",
            tag=group,
            parameters=(_ID,),
            response=ELEMENTS,
        ),
        ("get", f"{at}/history"): Call(
            id=f"readHistoryOf{title}",
            summary=f"List all versions of a {name}",
            tag=group,
            parameters=(_ID, SHOW_REDACTED),
            response=ELEMENTS,
            errors=(errors.NotFoundError(),),
        ),
        ("get", f"{at}/{{version}}"): Call(
            id=f"readVersionOf{title}",
            summary=f"Read a version of a {name}",
            tag=group,
            parameters=(_ID, _VERSION, SHOW_REDACTED),
            response=ELEMENTS,
            errors=(errors.NotFoundError(), errors.RedactedError()),
        ),
    }
    if kind is not ElementType.NODE:
        calls["get", f"{at}/full"] = Call(
            id=f"readFull{title}",
            summary=f"A {name} with its {'nodes' if kind is ElementType.WAY else 'members, and the nodes of member ways'}",
            tag=group,
            parameters=(_ID,),
            response=ELEMENTS,
            errors=found,
        )
    return calls


def _older(call: Call, call_id: str) -> Call:
    return replace(call, id=call_id, deprecated=True)


CALLS: Calls = {
    ("get", "/api/0.6/map"): Call(
        id="map",
        summary="Read the map data of a bbox",
        tag="Map",
        description="The nodes in the bbox, the ways that use them, all nodes of these ways, and the relations of all these.",
        parameters=(query("bbox", BOX, "`min_lon,min_lat,max_lon,max_lat` in degrees", required=True),),
        response=ELEMENTS,
        errors=(
            errors.BadBoundingBoxError(
                "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."
            ),
            errors.TooManyNodesError(settings.MAX_NUMBER_OF_NODES),
        ),
    ),
    **{key: call for kind in ElementType for key, call in _calls_of(kind).items()},
    ("get", "/api/0.6/node/{id}/ways"): Call(
        id="readWaysOfNode",
        summary="List the ways that use a node",
        tag="Nodes",
        parameters=(_ID,),
        response=ELEMENTS,
    ),
}
