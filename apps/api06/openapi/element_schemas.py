"""The shapes of elements, as they are read and as they are sent."""

from apps.osm.elements import ElementType

from .words import (
    BOOLEAN,
    COUNT,
    ID,
    JSON,
    LAT,
    LON,
    REFERENCE,
    STRING,
    TEXT_255,
    TIME,
    XML,
    Content,
    Schema,
    constant,
    document,
    listed,
    obj,
    one_of,
    osm,
    osm_json,
    ref,
    tag,
)

_TYPE = one_of("node", "way", "relation")
_BOX = {"minlat": LAT, "minlon": LON, "maxlat": LAT, "maxlon": LON}
_AUTHOR = {"changeset": ID, "timestamp": TIME, "user?": STRING, "uid?": ID}

_HEAD_XML = {
    f"@{key}": value for key, value in {"id": ID, "visible": BOOLEAN, "version": COUNT, **_AUTHOR}.items()
}
_HEAD_SENT = {"@id?": REFERENCE, "@version?": COUNT, "@changeset": ID}
_TAGS = {"tag*": ref("TagXml")}
_NODES = {"nd*": ref("NdXml"), **_TAGS}
_MEMBERS = {"member*": ref("MemberXml"), **_TAGS}
_EACH = {f"{kind.label}*": ref(f"{kind.label.capitalize()}Xml") for kind in ElementType}
_EACH_SENT = {f"{kind.label}*": ref(f"{kind.label.capitalize()}Sent") for kind in ElementType}
_CUT_SHORT = {"error?": STRING}
_ACTIONS = ("create", "modify", "delete")

_HEAD_JSON = {
    "id": ID,
    "version": COUNT,
    "visible?": constant(False),
    **_AUTHOR,
    "tags?": {"type": "object", "additionalProperties": TEXT_255},
}

ELEMENTS: Content = {XML: ref("ElementsXml"), JSON: ref("ElementsJson")}

SCHEMAS: dict[str, Schema] = {
    "TagXml": tag("tag", **{"@k": TEXT_255, "@v": TEXT_255}),
    "NdXml": tag("nd", **{"@ref": REFERENCE}),
    "MemberXml": tag("member", **{"@type": _TYPE, "@ref": REFERENCE, "@role": TEXT_255}),
    "NodeXml": tag("node", **_HEAD_XML, **{"@lat?": LAT, "@lon?": LON}, **_TAGS),
    "WayXml": tag("way", **_HEAD_XML, **_NODES),
    "RelationXml": tag("relation", **_HEAD_XML, **_MEMBERS),
    "ElementsXml": osm(
        **{"bounds?": tag("bounds", **{f"@{side}": degrees for side, degrees in _BOX.items()})},
        **_EACH,
        **_CUT_SHORT,
    ),
    "NodeJson": obj(type=constant("node"), **_HEAD_JSON, **{"lat?": LAT, "lon?": LON}),
    "WayJson": obj(type=constant("way"), **_HEAD_JSON, **{"nodes?": listed(ID)}),
    "RelationJson": obj(
        type=constant("relation"),
        **_HEAD_JSON,
        **{"members?": listed(obj(type=_TYPE, ref=ID, role=TEXT_255))},
    ),
    "ElementsJson": osm_json(
        **{"bounds?": obj(**_BOX)},
        elements=listed({"anyOf": [ref("NodeJson"), ref("WayJson"), ref("RelationJson"), obj(error=STRING)]}),
    ),
    "OsmChange": document(
        "osmChange", **{f"{action}*": tag(action, **_EACH) for action in _ACTIONS}, **_CUT_SHORT
    ),
    "NodeSent": tag("node", **_HEAD_SENT, **{"@lat": LAT, "@lon": LON}, **_TAGS),
    "WaySent": tag("way", **_HEAD_SENT, **_NODES),
    "RelationSent": tag("relation", **_HEAD_SENT, **_MEMBERS),
    "OsmChangeSent": tag(
        "osmChange",
        **{
            "@version?": STRING,
            "create*": tag("create", **_EACH_SENT),
            "modify*": tag("modify", **_EACH_SENT),
            "delete*": tag("delete", **{"@if-unused?": STRING}, **_EACH_SENT),
        },
    ),
    "DiffResult": document(
        "diffResult",
        **{
            f"{kind.label}*": tag(
                kind.label, **{"@old_id": REFERENCE, "@new_id?": ID, "@new_version?": COUNT}
            )
            for kind in ElementType
        },
    ),
}
