"""Every response of the API matches its description, so that clients generated from it work.

Sends a few requests per call, always the same ones; with OSMSITE_SCHEMA_EXAMPLES=100, more and random ones.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CHECKS, CheckContext, load_all_checks
from schemathesis.schemas import APIOperation

from apps.api06.openapi.document import CALLS, document
from apps.api06.openapi.words import JSON, XML

from . import described_world
from .xml_shapes import Reader

EXAMPLES = int(os.environ.get("OSMSITE_SCHEMA_EXAMPLES", "8"))
DOCUMENT = document()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = get_wsgi_application()
OPERATIONS = {
    operation.definition.raw["operationId"]: operation
    for found in SCHEMA.get_all_operations()
    if (operation := found.ok())  # type: ignore[union-attr]
}
TAGS = [tag["name"] for tag in DOCUMENT["tags"]]
READER = Reader(DOCUMENT["components"]["schemas"])

load_all_checks()
_CHECKS: list[Any] = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    ]
)

# Path parameters of examples that are not about id 1.
PLACES = {
    "commentOnChangeset": {"id": 2},
    "unsubscribeFromChangeset": {"id": 2},
    "unsubscribeFromChangesetDeprecated": {"id": 2},
    "reopenNote": {"id": 2},
    "unsubscribeFromNote": {"id": 2},
}
# Query parameters that reads need.
QUERIES = {
    "map": {"bbox": "9.4,47.05,9.6,47.2"},
    "readNodes": {"nodes": "1,2v1"},
    "readWays": {"ways": "1"},
    "readRelations": {"relations": "1"},
    "readUsers": {"users": "1,2"},
    "readNotes": {"bbox": "9.4,47.05,9.6,47.2"},
    "readTrackpoints": {"bbox": "9.4,47.05,9.6,47.2"},
    "readChangeset": {"include_discussion": "true"},
}


@pytest.fixture(autouse=True)
def _world(db: None, trace_files: Path) -> Iterator[None]:
    """Build the world, in a connection that outlives the requests."""
    described_world.build()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back everything that happens inside."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def operations_tagged(tag: str) -> list[tuple[str, APIOperation[Any, Any, Any, Any]]]:
    """Return the operations with a tag, by operation id."""
    return [(name, found) for name, found in OPERATIONS.items() if found.definition.raw["tags"] == [tag]]


def xml_conformance(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """Check XML against its schema, which Schemathesis does not do."""
    content_type = response.headers.get("content-type", [""])[0]
    if not content_type.startswith("application/xml") or not response.content:
        return
    described = case.operation.definition.raw["responses"][str(response.status_code)]["content"]
    schema = described["application/xml"]["schema"]
    value = READER.read(etree.fromstring(response.content), schema)
    whole = {**schema, "components": DOCUMENT["components"]}
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(value)]
    assert errors == [], response.text


def check(case: Case[Any], token: str, accept: str = "*/*") -> Response:
    """Send the case and run all checks on the response."""
    headers = {"Accept": accept, "Accept-Encoding": "identity"}
    response = case.call(headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}))
    case.validate_response(response, checks=[*_CHECKS, xml_conformance])
    return response


@pytest.mark.parametrize("tag", TAGS)
def test_the_example_of_each_call_succeeds(tag: str, subtests: pytest.Subtests) -> None:
    for name, operation in operations_tagged(tag):
        call = CALLS[operation.method, operation.path]
        for accept in {JSON, XML} & set(call.response) or {"*/*"}:
            with subtests.test(name, accept=accept), rolled_back():
                response = check(example(name, accept), "everything", accept)
                assert response.status_code == call.status, response.text


def example(name: str, accept: str) -> Case[Any]:
    """Return the example request of the description. A form is sent as JSON if JSON is accepted."""
    operation = OPERATIONS[name]
    call = CALLS[operation.method, operation.path]
    places = {item["name"]: 1 for item in call.parameters if item["in"] == "path"} | PLACES.get(name, {})
    body: dict[str, Any] = {}
    if call.body:
        sent = call.example.encode() if isinstance(call.example, str) else call.example
        body = {"body": sent, "media_type": accept if accept in call.body else next(iter(call.body))}
    case: Case[Any] = operation.Case(path_parameters=places, query=QUERIES.get(name, {}), **body)
    return case


@pytest.mark.parametrize("tag", TAGS)
def test_every_response_matches_the_description(tag: str, subtests: pytest.Subtests) -> None:
    for name, operation in operations_tagged(tag):
        with subtests.test(name), rolled_back():
            play(operation)


def play(operation: APIOperation[Any, Any, Any, Any]) -> None:
    """Send some requests that the description allows, and some that it does not."""

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        derandomize="OSMSITE_SCHEMA_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(GenerationMode.POSITIVE) | operation.as_strategy(GenerationMode.NEGATIVE),
        token=st.sampled_from(described_world.TOKENS),
        accept=st.sampled_from(["*/*", "application/json", "text/plain", "*; q=.2"]),
        encoding=st.sampled_from(["identity"] * 3 + ["gzip", "br"]),
        suffix=st.sampled_from(["", *operation.definition.raw.get("x-suffixes", [])]),
        ids=st.lists(st.integers(1, 4), min_size=2, max_size=2) | st.none(),
    )
    def send(
        case: Case[Any], token: str, accept: str, encoding: str, suffix: str, ids: list[int] | None
    ) -> None:
        if ids:
            case.path_parameters = dict(zip(case.path_parameters, ids, strict=False))
        case.path += suffix
        case.headers["Content-Encoding"] = encoding
        check(case, token, accept)

    send()
