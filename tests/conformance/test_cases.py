"""All cases of conformance/cases, played against the site in this process; one test a story."""

import gzip

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from conformance import files, people
from conformance.grammar import Headers
from conformance.player import Answer, Outcome, Server, play


def send(method: str, target: str, headers: Headers, body: bytes) -> Answer:
    """Through all of the site but the socket."""
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
    return Answer(response.status_code, {name.lower(): value for name, value in response.items()}, content)


@pytest.mark.parametrize("name", files.names())
def test_the_site_answers_as_the_cases_say(
    name: str, values_of_persons: dict[str, str], settings: Settings
) -> None:
    story = files.named(name)
    if story.needs:
        settings.STATUS = story.needs
    server = Server(send, values_of_persons | people.at_random(), story.needs)
    results = list(play(story, server))
    wrong = [result for result in results if result.outcome is not Outcome.PASSED]
    assert results
    assert wrong == [], "\n\n".join(f"{result.case.name}: {result.text}" for result in wrong)
