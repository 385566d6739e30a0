"""XML as JSON, according to a schema with `xml` hints: how OpenAPI wants examples of XML to be written."""

from typing import Any

from lxml import etree

from .words import Schema

_NUMBERS = {"integer": int, "number": float}


def value_of(element: etree._Element, schema: Schema, schemas: dict[str, Schema]) -> Any:
    """Return an element as the schema describes it; `schemas` are those that it may refer to."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    properties: dict[str, Schema] = schema.get("properties", {})
    if not properties:
        return _typed(element.text or "", schema)
    value: dict[str, Any] = {
        str(name): _typed(str(text), properties.get(str(name), {})) for name, text in element.items()
    }
    for child in element:
        of_child = properties[str(child.tag)]
        if of_child.get("type") == "array":
            value.setdefault(str(child.tag), []).append(value_of(child, of_child["items"], schemas))
        else:
            value[str(child.tag)] = value_of(child, of_child, schemas)
    return value


def _typed(text: str, schema: Schema) -> Any:
    return _NUMBERS.get(schema.get("type", ""), str)(text)
