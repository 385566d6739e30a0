"""The description of the API is complete, valid and served like the rest of it."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.urls import URLPattern, get_resolver
from drf_spectacular.validation import validate_schema

from apps.api06.openapi.document import CALLS, document
from tests.api06.client import call, get

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


def test_scopes_and_errors_follow_from_the_permissions() -> None:
    operations = {operation["operationId"]: operation for _, _, operation in described()}
    commenting = operations["commentOnChangeset"]
    assert commenting["security"] == [
        {"oauth2": ["write_changeset_comments"]},
        {"oauth2": ["write_api"]},
    ]
    assert {"400", "401", "403", "404", "409", "429", "503"} <= set(commenting["responses"])
    reading = operations["readNode"]
    assert "security" not in reading
    assert not {"401", "403"} & set(reading["responses"])
    told = operations["updateNode"]["responses"]["409"]["content"]["text/plain"]["examples"]
    assert told["VersionMismatch"]["value"] == "Version mismatch: Provided 1, server had: 2 of Node 1"
