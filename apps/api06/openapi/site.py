"""Calls about the API itself."""

from .call import Call, Calls
from .words import COUNT, JSON, NUMBER, STRING, XML, Schema, listed, obj, one_of, osm, osm_json, ref, tag

_STATUS = one_of("online", "readonly", "offline")
_CAPABILITIES: dict[str, dict[str, Schema]] = {
    "version": {"minimum": STRING, "maximum": STRING},
    "area": {"maximum": NUMBER},
    "note_area": {"maximum": NUMBER},
    "tracepoints": {"per_page": COUNT},
    "waynodes": {"maximum": COUNT},
    "relationmembers": {"maximum": COUNT},
    "changesets": {"maximum_elements": COUNT, "default_query_limit": COUNT, "maximum_query_limit": COUNT},
    "notes": {"default_query_limit": COUNT, "maximum_query_limit": COUNT},
    "timeout": {"seconds": COUNT},
    "status": {"database": _STATUS, "api": _STATUS, "gpx": _STATUS},
}

SCHEMAS: dict[str, Schema] = {
    "CapabilitiesXml": osm(
        api=tag(
            "api",
            **{
                name: tag(name, **{f"@{key}": schema for key, schema in attributes.items()})
                for name, attributes in _CAPABILITIES.items()
            },
        ),
        policy=tag(
            "policy", imagery=tag("imagery", **{"blacklist*": tag("blacklist", **{"@regex": STRING})})
        ),
    ),
    "CapabilitiesJson": osm_json(
        api=obj(**{name: obj(**attributes) for name, attributes in _CAPABILITIES.items()}),
        policy=obj(imagery=obj(blacklist=listed(obj(regex=STRING)))),
    ),
    "VersionsXml": tag(
        "osm",
        **{f"@{name}": STRING for name in ("generator", "copyright", "attribution", "license")},
        api=tag("api", version=STRING),
    ),
    "VersionsJson": osm_json(api=obj(versions=listed(STRING))),
    "PermissionsXml": osm(
        permissions=tag("permissions", **{"permission*": tag("permission", **{"@name": STRING})})
    ),
    "PermissionsJson": osm_json(permissions=listed(STRING)),
    "OsmError": tag(
        "osmError",
        **{f"@{name}?": STRING for name in ("version", "generator", "copyright", "attribution", "license")},
        status=STRING,
        message=STRING,
    ),
}

_CAPABILITIES_CALL = {
    "summary": "Read the limits of the server",
    "tag": "The API itself",
    "response": {XML: ref("CapabilitiesXml"), JSON: ref("CapabilitiesJson")},
}

CALLS: Calls = {
    ("get", "/api/0.6/capabilities"): Call(id="capabilities", **_CAPABILITIES_CALL),  # type: ignore[arg-type]
    ("get", "/api/capabilities"): Call(id="capabilitiesUnversioned", deprecated=True, **_CAPABILITIES_CALL),  # type: ignore[arg-type]
    ("get", "/api/versions"): Call(
        id="versions",
        summary="List the versions of the API",
        tag="The API itself",
        response={XML: ref("VersionsXml"), JSON: ref("VersionsJson")},
    ),
    ("get", "/api/0.6/permissions"): Call(
        id="permissions",
        summary="List the permissions of the token",
        tag="The API itself",
        description="Each scope as `allow_` and its name; an empty list without a token.",
        response={XML: ref("PermissionsXml"), JSON: ref("PermissionsJson")},
    ),
    ("get", "/api/0.6/openapi.json"): Call(
        id="openapi",
        summary="Read this description",
        tag="The API itself",
        response={JSON: {"type": "object", "required": ["openapi", "info", "paths"]}},
    ),
}
