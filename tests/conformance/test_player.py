"""The player parses stories, and notices responses that differ."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from conformance import compare
from conformance.grammar import GrammarError, Headers, Story, read_story
from conformance.player import Outcome, Response, Server, play

STORY = [
    """
=== A thing is created
as alice
PUT /things/{{unique}}
Content-Type: text/plain

{{3 * {{letter}}}}
---
200

{{new thing}}
""",
    """=== The {{kind}} exists
for kind | size
  thing | small
  old thing | large
GET /things/{{thing}}?size={{size}}
---
200
Error:

<thing id="{{thing}}" ***/>
""",
    """=== A case with an unknown value is skipped
GET /{{nothing}}
---
200
""",
]


def story(folder: Path, *cases: str, about: str = "# An example.") -> Story:
    (folder / "about.txt").write_text(about)
    for number, case in enumerate(cases):
        (folder / f"{number}.case").write_text(case)
    return read_story(folder, "a")


def test_later_cases_can_use_captured_values(tmp_path: Path) -> None:
    sent: list[tuple[str, str, Headers, bytes]] = []

    def send(method: str, target: str, headers: Headers, body: bytes) -> Response:
        sent.append((method, target, headers, body))
        if method == "PUT":
            return Response(200, {"content-type": "text/plain"}, b"17")
        return Response(200, {"content-type": "application/xml"}, b'<thing size="1" id="17"> </thing>')

    values = {"unique": "5", "letter": "a", "alice.token": "secret"}
    results = list(play(story(tmp_path, *STORY), Server(send, values)))
    assert [(result.case.name, result.outcome, result.text) for result in results] == [
        ("A thing is created", Outcome.PASSED, ""),
        ("The thing exists", Outcome.PASSED, ""),
        ("The old thing exists", Outcome.PASSED, ""),
        ("A case with an unknown value is skipped", Outcome.SKIPPED, "needs nothing"),
    ]
    authorization = ("Authorization", "Bearer secret")
    assert sent == [
        ("PUT", "/things/5", [("Content-Type", "text/plain"), authorization], b"aaa"),
        ("GET", "/things/17?size=small", [], b""),
        ("GET", "/things/17?size=large", [], b""),
    ]


@pytest.mark.parametrize(
    "response",
    [
        Response(404, {"content-type": "application/xml"}, b'<thing id="17"/>'),
        Response(200, {"content-type": "application/xml", "error": "x"}, b'<thing id="17"/>'),
        Response(200, {"content-type": "text/plain"}, b'<thing id="17"/>'),
        Response(200, {"content-type": "application/xml"}, b'<thing id="18"/>'),
        Response(200, {"content-type": "application/xml"}, b""),
        Response(200, {"content-type": "application/xml"}, b'<thing id="17">x</thing>'),
    ],
)
def test_a_different_response_fails_and_is_shown(tmp_path: Path, response: Response) -> None:
    text = '=== It\nGET /\n---\n200\nError:\n\n<thing id="17" ***/>\n'
    [result] = play(story(tmp_path, text), Server(lambda *_: response, {}))
    assert result.outcome is Outcome.FAILED
    assert "--- expected" in result.text


def test_an_unexpected_body_fails(tmp_path: Path) -> None:
    [result] = play(
        story(tmp_path, "=== It\nGET /\n---\n200\n"), Server(lambda *_: Response(200, {}, b"x"), {})
    )
    assert result.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("expected", "got", "captured"),
    [
        ("a***c", "abc", {}),
        ("a***c", "abd", None),
        ("a.c", "abc", None),
        ("{{new first}}-{{new second}}", "1-2", {"first": "1", "second": "2"}),
    ],
)
def test_texts_are_compared_as_a_whole(expected: str, got: str, captured: object) -> None:
    assert compare.text(expected, got) == captured


@pytest.mark.parametrize(
    ("expected", "got", "captured"),
    [
        ('<a b="1" c="2"/>', b'<a c="2" b="1">\n</a>', {}),
        ('<a b="1"/>', b'<a b="1" c="2"/>', None),
        ('<a b="1" ***/>', b'<a b="1" c="2"/>', {}),
        ('<a b="1" ***/>', b'<a c="2"/>', None),
        ("<a><b/>***</a>", b"<a><b/><c/><d/></a>", {}),
        ("<a><b/>***<d/></a>", b"<a><b/><c/></a>", None),
        ("<a><b/><c/></a>", b"<a><c/><b/></a>", None),
        ("<a>***</a>", b"<a><b/>x</a>", {}),
        ('<a b="{{new b}}">x***</a>', b'<a b="7">xyz</a>', {"b": "7"}),
        ("<a/>", b"<a>x</a>", None),
        ("<a/>", b"<a", None),
    ],
)
def test_xml_is_compared_by_elements(expected: str, got: bytes, captured: object) -> None:
    assert compare.xml(expected, got) == captured


@pytest.mark.parametrize(
    ("expected", "got", "captured"),
    [
        ('{"a": 1, "b": [2]}', b'{"b": [2.0], "a": 1}', {}),
        ('{"a": 1}', b'{"a": 1, "b": 2}', None),
        ('{"a": 1, "***": "***"}', b'{"a": 1, "b": 2}', {}),
        ('{"a": "***"}', b'{"a": {"b": 2}}', {}),
        ('{"a": ["***", 3]}', b'{"a": [1, 2, 3]}', {}),
        ('{"a": ["***", 3]}', b'{"a": [1, 2]}', None),
        ('{"a": "{{new a}}"}', b'{"a": 17}', {"a": "17"}),
        ('{"a": "1"}', b'{"a": 1}', None),
        ('{"a": true}', b'{"a": 1}', None),
        ('{"a": 1}', b"", None),
    ],
)
def test_json_is_compared_by_value(expected: str, got: bytes, captured: object) -> None:
    assert compare.json_document(expected, got) == captured


@pytest.mark.parametrize(
    "text",
    [
        "once upon a time\n=== It\nGET /\n---\n200\n",
        "=== It\n---\n200\n",
        "=== It\nGET /\n",
        "=== It\nGET /\n---\nfine\n",
        "=== It\nGET /\nno header\n---\n200\n",
        "=== It\nGET /\n---\n200\n=== That\nGET /\n---\n200\n",
        "=== It\nfor a | b\n  1\nGET /\n---\n200\n",
        "=== It\nfor a\nGET /\n---\n200\n",
    ],
)
def test_an_error_names_the_file_that_cannot_be_parsed(tmp_path: Path, text: str) -> None:
    with pytest.raises(GrammarError, match=r"0\.case: "):
        story(tmp_path, text)


def test_stories_with_unknown_lines_or_repeated_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"about\.txt: unknown line 'nonsense'"):
        story(tmp_path, about="nonsense")
    with pytest.raises(GrammarError, match="two cases have the name 'It'"):
        story(tmp_path, *["=== It\nGET /\n---\n200\n"] * 2)


def test_a_story_for_another_service_status_is_skipped(tmp_path: Path) -> None:
    example = story(tmp_path, "=== It\nGET /\n---\n200\n", about="# Read-only.\nneeds api_readonly\n")
    [result] = play(example, Server(lambda *_: Response(200, {}, b""), {}))
    assert result.outcome is Outcome.SKIPPED
    [result] = play(example, Server(lambda *_: Response(200, {}, b""), {}, "api_readonly"))
    assert result.outcome is Outcome.PASSED


@pytest.mark.django_db(transaction=True)
def test_the_command_plays_cases_over_http(
    live_server: LiveServer, persona_values: dict[str, str], tmp_path: Path
) -> None:
    people = tmp_path / "people.toml"
    lines = [f'{name} = "{value}"' for name, value in persona_values.items()]
    people.write_text("\n".join(lines))

    def conformance(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "conformance", live_server.url, *arguments]
        return subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False
        )

    played = conformance("--people", str(people), "--only", "elements/map", "--verbose")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "passed   elements/map: A moderator opens a changeset" in played.stdout
    assert played.stdout.endswith("0 failed, 0 skipped\n")
    without_people = conformance("--only", "elements/map")
    assert without_people.returncode == 0
    assert not without_people.stdout.endswith("0 failed, 0 skipped\n")
    people.write_text('moderator.token = "nobody"')
    refused = conformance("--people", str(people), "--only", "elements/map")
    assert refused.returncode == 1
    assert "FAILED   elements/map: A moderator opens a changeset\n--- expected\n+++ got" in refused.stdout
