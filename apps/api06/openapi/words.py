"""Short words for JSON Schema, so that a table of calls fits on a page.

A key of an object ends in `?` if it is optional. In XML `@` begins an attribute, `*` ends a child that may occur any
number of times, and `#` is the text of an element that has attributes too.
"""

from typing import Any

Schema = dict[str, Any]
Content = dict[str, Schema]
"""A schema for each media type."""

GPX, RSS, MULTIPART = "application/gpx+xml", "application/rss+xml", "multipart/form-data"
XML, JSON, TEXT, FORM = (
    "application/xml",
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
)

_MAX_ID = 2**63 - 1
STRING: Schema = {"type": "string"}
BINARY: Schema = {"type": "string", "format": "binary"}
"""What generated clients pass on as it is."""
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "format": "int64", "minimum": 0, "maximum": _MAX_ID}
REFERENCE: Schema = {"type": "integer", "format": "int64", "minimum": -_MAX_ID, "maximum": _MAX_ID}
NUMBER: Schema = {"type": "number"}
LAT: Schema = {"type": "number", "minimum": -90, "maximum": 90}
LON: Schema = {"type": "number", "minimum": -180, "maximum": 180}
TIME: Schema = {"type": "string", "format": "date-time"}
EMPTY: Schema = {"type": "string", "maxLength": 0}
TEXT_255: Schema = {"type": "string", "maxLength": 255}
WORDS: Schema = {"type": "string", "pattern": r"\S"}
"""Anything but blanks."""
_NUMBER_OF_ID = r"\d{1,18}"
IDS: Schema = {"type": "string", "pattern": rf"^{_NUMBER_OF_ID}(,{_NUMBER_OF_ID})*$"}
_WITH_VERSION = rf"{_NUMBER_OF_ID}(v\d{{1,9}})?"
IDS_AND_VERSIONS: Schema = {"type": "string", "pattern": rf"^{_WITH_VERSION}(,{_WITH_VERSION})*$"}
_DEGREES = r"-?\d{1,3}(\.\d+)?"
BOX: Schema = {"type": "string", "pattern": rf"^{_DEGREES}(,{_DEGREES}){{3}}$"}
"""A pattern cannot express that the sides must be in order and the bbox not too large."""


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def constant(value: str | bool) -> Schema:
    return {"type": "boolean" if isinstance(value, bool) else "string", "const": value}


def obj(**properties: Schema) -> Schema:
    """Return a JSON object of these keys and no others; `obj(**{"id": ID, "user?": STRING})`."""
    return _object({name.removesuffix("?"): schema for name, schema in properties.items()}, properties)


def tag(name: str, **content: Schema) -> Schema:
    """Return an XML element; `tag("nd", **{"@ref": ID})`."""
    properties: dict[str, Schema] = {}
    for key, schema in content.items():
        plain = key.strip("@?*")
        if key.startswith("@"):
            properties[plain] = schema | {"xml": {"attribute": True}}
        elif key.endswith("*"):
            properties[plain] = listed(schema)
        elif key == "#":
            properties["text"] = schema | {"xml": {"x-text": True}}
        else:
            properties[plain] = schema
    return _object(properties, content) | {"xml": {"name": name}}


def _object(properties: dict[str, Schema], keys: dict[str, Schema]) -> Schema:
    names = dict(zip(keys, properties, strict=True))
    required = [name for key, name in names.items() if not key.endswith(("?", "*"))]
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": required} if required else schema


_ORIGIN = {
    "version": STRING,
    "generator": STRING,
    "copyright": STRING,
    "attribution": STRING,
    "license": STRING,
}


def osm(**content: Schema) -> Schema:
    """Return an `osm` document with this content."""
    return document("osm", **content)


def document(name: str, **content: Schema) -> Schema:
    """Return an XML document: a root with the attributes that all documents have, and this content."""
    return tag(name, **{f"@{key}": schema for key, schema in _ORIGIN.items()}, **content)


def osm_json(**content: Schema) -> Schema:
    """Return a JSON document: the keys that all documents have, and these."""
    return obj(**_ORIGIN, **content)


def query(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    return _parameter(name, "query", schema, description) | ({"required": True} if required else {})


def header(name: str, schema: Schema, description: str) -> Schema:
    return _parameter(name, "header", schema, description)


def in_path(name: str, schema: Schema, description: str) -> Schema:
    return _parameter(name, "path", schema, description) | {"required": True}


def _parameter(name: str, place: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": place, "description": description, "schema": schema}


def flag(name: str, description: str) -> Schema:
    """Return a parameter whose presence is enough, whatever its value."""
    return query(name, STRING, description)


def limit(most: int) -> Schema:
    return query("limit", {"type": "integer", "minimum": 1, "maximum": most}, "The maximum number of results")
