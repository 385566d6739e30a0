"""All cases of conformance/cases, played against the site in this process; one test per story."""

import gzip

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from conformance import files, people
from conformance.grammar import Headers
from conformance.player import Outcome, Response, Server, play


def send(method: str, target: str, headers: Headers, body: bytes) -> Response:
    """Send a request through the whole site except the socket."""
    path, _, query = target.partition("?")
    given = {name.upper().replace("-", "_"): value for name, value in headers}
    content_type = given.pop("CONTENT_TYPE", "")
    environ = {"HTTP_" + name: value for name, value in given.items()}
    response = Client().generic(
        method,
        path,
        body,
        content_type=content_type,
        QUERY_STRING=query,
        **environ,  # type: ignore[arg-type]
    )
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if response.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return Response(response.status_code, {name.lower(): value for name, value in response.items()}, content)


@pytest.mark.parametrize("name", files.names())
def test_the_site_responds_as_the_cases_expect(
    name: str, persona_values: dict[str, str], settings: Settings
) -> None:
    story = files.named(name)
    if story.needs:
        settings.STATUS = story.needs
    server = Server(send, persona_values | people.at_random(), story.needs)
    results = list(play(story, server))
    unexpected = [result for result in results if result.outcome is not Outcome.PASSED]
    assert results
    assert unexpected == [], "\n\n".join(f"{result.case.name}: {result.text}" for result in unexpected)
