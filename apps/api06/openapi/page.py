"""The content of the API reference page, extracted from the OpenAPI document."""

import json
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from .document import CALLS, document
from .words import JSON, Schema

NOTHING = "-"
"""The note on an empty body."""


class Parameter(NamedTuple):
    name: str
    place: str
    type: str
    required: bool
    description: str


class Body(NamedTuple):
    media_type: str
    shapes: list[str]
    """The names of its schemas; empty if `note` describes it."""
    note: str
    text: str
    """An example body."""
    fields: list[Parameter]


class Refusal(NamedTuple):
    status: int
    reason: str
    texts: list[str]


class Operation(NamedTuple):
    id: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    scopes: list[str]
    anonymous: bool
    """Whether the call also works without a token."""
    parameters: list[Parameter]
    bodies: list[Body]
    responses: list[Body]
    refusals: list[Refusal]


class Group(NamedTuple):
    name: str
    operations: list[Operation]


class Line(NamedTuple):
    """A line of the outline of a schema."""

    depth: int
    name: str
    type: str
    shape: str
    """The name of the schema that describes it."""
    optional: bool


class Shape(NamedTuple):
    name: str
    root: str
    lines: list[Line]


@cache
def groups() -> list[Group]:
    """Return all calls, grouped by tag."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    return [Group(name, operations) for name, operations in found.items()]


@cache
def shapes() -> list[Shape]:
    """Return all schemas, ordered by name."""
    schemas: dict[str, Schema] = document()["components"]["schemas"]
    return [
        Shape(name, schema.get("xml", {}).get("name", ""), list(_lines(schema, 0)))
        for name, schema in sorted(schemas.items())
    ]


def introduction() -> str:
    """Return the introduction, as Markdown."""
    text: str = document()["info"]["description"]
    return text.partition("\n\n")[2]


def _operation(method: str, path: str, operation: dict[str, Any]) -> Operation:
    sent = operation.get("requestBody", {}).get("content", {})
    responses = operation["responses"]
    return Operation(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        operation.get("description", ""),
        operation.get("deprecated", False),
        [scope for way in operation.get("security", []) for scope in way.get("oauth2", [])],
        {} in operation.get("security", []),
        [
            Parameter(
                item["name"],
                item["in"],
                _type(item["schema"]),
                item.get("required", False),
                item["description"],
            )
            for item in operation["parameters"]
            if "name" in item
        ],
        [_body(media_type, content, CALLS[method, path].example) for media_type, content in sent.items()],
        _answers(responses),
        [_refusal(status, response) for status, response in responses.items() if int(status) >= 400],
    )


def _answers(responses: dict[str, Any]) -> list[Body]:
    """Return the successful responses, without the error document."""
    if "204" in responses:
        return [Body("204", [], NOTHING, "", [])]
    return [
        _body(media_type, content)
        for media_type, content in responses["200"]["content"].items()
        if _shapes(content["schema"]) or "$ref" not in content["schema"]
    ]


def _body(media_type: str, content: dict[str, Any], example: str | dict[str, object] | None = None) -> Body:
    schema = content["schema"]
    found = _shapes(schema)
    note = schema.get("description", "") or (NOTHING if schema.get("maxLength") == 0 else "")
    required = schema.get("required", [])
    fields = [
        Parameter(name, "form", _type(field), name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
        if "form" in media_type
    ]
    text = example if isinstance(example, str) else ""
    if isinstance(example, dict):
        text = json.dumps(example) if media_type == JSON else urlencode(example)
    return Body(media_type, found, note, text, fields)


def _refusal(status: str, response: dict[str, Any]) -> Refusal:
    examples = response["content"].get("text/plain", {}).get("examples", {})
    texts = [example["value"] for example in examples.values()]
    return Refusal(int(status), HTTPStatus(int(status)).phrase, texts)


def _shapes(schema: Any) -> list[str]:
    """Return the names of the schemas referred to, except that of errors."""
    if isinstance(schema, dict):
        name = _name(schema)
        inner = [shape for value in schema.values() for shape in _shapes(value)]
        return list(dict.fromkeys([name, *inner] if name and name != "OsmError" else inner))
    if isinstance(schema, list):
        return list(dict.fromkeys(shape for value in schema for shape in _shapes(value)))
    return []


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: Schema) -> str:
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "const" in schema:
        return str(schema["const"]).lower()
    names = schema.get("type", "")
    return str(schema.get("format") or (" | ".join(names) if isinstance(names, list) else names))


def _lines(schema: Schema, depth: int) -> Iterator[Line]:
    """Return the properties of an object, each followed by those of nested objects."""
    required = schema.get("required", [])
    for key, of_it in schema.get("properties", {}).items():
        name, is_list = (
            f"@{key}" if of_it.get("xml", {}).get("attribute") else key,
            of_it.get("type") == "array",
        )
        value = of_it["items"] if is_list else of_it
        choices = value.get("anyOf", [value])
        kinds = " | ".join(
            _type(choice) for choice in choices if not _name(choice) and choice.get("type") != "object"
        )
        named = [_name(choice) for choice in choices if _name(choice)]
        optional = key not in required and not is_list
        yield Line(
            depth, name + ("[]" if is_list else ""), kinds, named[0] if len(named) == 1 else "", optional
        )
        if len(named) > 1:
            yield from (Line(depth + 1, shape, "", shape, False) for shape in named)
        for choice in choices:
            yield from _lines(choice, depth + 1)
