"""The description of the API is complete, valid and served like the rest of it."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.urls import URLPattern, get_resolver
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from apps.api06.openapi.document import CALLS, document
from apps.api06.openapi.words import JSON
from apps.users.models import User
from tests.api06.client import call, get, send
from tests.api06.test_user_blocks import token

pytestmark = pytest.mark.django_db

METHODS = {"get", "post", "put", "patch", "delete"}


def served() -> Iterator[tuple[str, str]]:
    """Yield (method, path) of every URL pattern."""
    for pattern in get_resolver("apps.api06.urls").url_patterns:
        assert isinstance(pattern, URLPattern)
        view: Any = pattern.callback
        for method in METHODS:
            if hasattr(view.cls, method):
                yield method, "/api/" + template(str(pattern.pattern))


def template(pattern: str) -> str:
    """Return a URL pattern as a path template of the description."""
    if "preferences/" in pattern:
        return "0.6/user/preferences/{key}"
    return re.sub(r"<(?:\w+:)?(?:osm_)?(\w+)>", r"{\1}", re.sub("<[a-z_]+:suffix>$", "", pattern))


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in get("openapi.json").json["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def test_every_call_is_described_and_nothing_else_is() -> None:
    assert sorted((method, path) for method, path, _ in described()) == sorted(served())
    assert sorted(CALLS) == sorted(served())


def test_the_description_is_valid() -> None:
    validate_schema(document())  # type: ignore[no-untyped-call]


def test_every_reference_leads_somewhere_and_every_schema_is_referred_to() -> None:
    text = get("openapi.json").text
    schemas = document()["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) == set(schemas)


def test_operation_ids_are_unique_and_path_parameters_complete() -> None:
    names = [operation["operationId"] for _, _, operation in described()]
    assert len(names) == len(set(names))
    for _, path, operation in described():
        stated = {item["name"] for item in operation["parameters"] if item.get("in") == "path"}
        assert stated == set(re.findall(r"{(\w+)}", path)), path


def test_the_description_is_served_to_other_sites_without_the_database(
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(0):
        response = call(
            "GET", "/api/0.6/openapi.json", Origin="https://editor.example", Accept_Encoding="gzip"
        )
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json["openapi"] == "3.1.0"
    assert len(orjson.dumps(response.json)) == len(response.body)


def test_every_call_says_whether_it_needs_a_token() -> None:
    assert all("security" in operation for _, _, operation in described())


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the body, and the successful responses, of each call."""
    for _, _, operation in described():
        name = operation["operationId"]
        if "requestBody" in operation:
            yield name, operation["requestBody"]["content"]
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                yield name, response.get("content", {})


def test_json_stands_before_everything_else_because_generated_clients_take_the_first() -> None:
    for name, content in contents():
        assert JSON not in list(content)[1:], name


def test_every_example_of_a_body_has_the_shape_that_its_schema_describes() -> None:
    components = document()["components"]
    for name, content in contents():
        for found in content.values():
            if "example" in found:
                schema = {**found["schema"], "components": components}
                errors = [
                    error.message for error in Draft202012Validator(schema).iter_errors(found["example"])
                ]
                assert errors == [], name


def test_constants_have_a_type() -> None:
    for schema in schemas_in(document()):
        assert "type" in schema or "const" not in schema


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from schemas_in(inner)
    if isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def test_calls_without_a_document_in_their_response_accept_any_accept_header(alice: User) -> None:
    own = token(alice, "write_notes write_gpx")
    calls = [
        ("POST", "notes/1/subscription"),
        ("DELETE", "notes/1/subscription"),
        ("PUT", "gpx/1"),
        ("DELETE", "gpx/1"),
    ]
    for method, path in calls:
        for accept in ("text/plain", "application/json", "image/png"):
            response = send(method, path, "", Authorization=own, Accept=accept)
            assert response.status == 404, (method, path, accept)


def test_scopes_and_errors_follow_from_the_permissions() -> None:
    operations = {operation["operationId"]: operation for _, _, operation in described()}
    commenting = operations["commentOnChangeset"]
    assert commenting["security"] == [
        {"oauth2": ["write_changeset_comments"]},
        {"oauth2": ["write_api"]},
    ]
    assert {"400", "401", "403", "404", "409", "429", "503"} <= set(commenting["responses"])
    reading = operations["readNode"]
    assert reading["security"] == []
    assert not {"401", "403"} & set(reading["responses"])
    told = operations["updateNode"]["responses"]["409"]["content"]["text/plain"]["examples"]
    assert told["VersionMismatch"]["value"] == "Version mismatch: Provided 1, server had: 2 of Node 1"
