"""The player reads what people write, and sees where an answer differs."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from conformance import compare
from conformance.grammar import GrammarError, Headers, Story, read_story
from conformance.player import Answer, Outcome, Server, play

STORY = [
    """
=== A thing is made
as alice
PUT /things/{{unique}}
Content-Type: text/plain

{{3 * {{letter}}}}
---
200

{{new thing}}
""",
    """=== The {{kind}} is there
for kind | size
  thing | small
  thing of old | large
GET /things/{{thing}}?size={{size}}
---
200
Error:

<thing id="{{thing}}" ***/>
""",
    """=== What nobody knows is not asked for
GET /{{nothing}}
---
200
""",
]


def story(folder: Path, *cases: str, about: str = "# About nothing in particular.") -> Story:
    (folder / "about.txt").write_text(about)
    for number, case in enumerate(cases):
        (folder / f"{number}.case").write_text(case)
    return read_story(folder, "a")


def test_what_one_case_finds_those_after_it_send(tmp_path: Path) -> None:
    asked: list[tuple[str, str, Headers, bytes]] = []

    def send(method: str, target: str, headers: Headers, body: bytes) -> Answer:
        asked.append((method, target, headers, body))
        if method == "PUT":
            return Answer(200, {"content-type": "text/plain"}, b"17")
        return Answer(200, {"content-type": "application/xml"}, b'<thing size="1" id="17"> </thing>')

    values = {"unique": "5", "letter": "a", "alice.token": "secret"}
    results = list(play(story(tmp_path, *STORY), Server(send, values)))
    assert [(result.case.name, result.outcome, result.text) for result in results] == [
        ("A thing is made", Outcome.PASSED, ""),
        ("The thing is there", Outcome.PASSED, ""),
        ("The thing of old is there", Outcome.PASSED, ""),
        ("What nobody knows is not asked for", Outcome.SKIPPED, "needs nothing"),
    ]
    authorization = ("Authorization", "Bearer secret")
    assert asked == [
        ("PUT", "/things/5", [("Content-Type", "text/plain"), authorization], b"aaa"),
        ("GET", "/things/17?size=small", [], b""),
        ("GET", "/things/17?size=large", [], b""),
    ]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, {"content-type": "application/xml"}, b'<thing id="17"/>'),
        Answer(200, {"content-type": "application/xml", "error": "x"}, b'<thing id="17"/>'),
        Answer(200, {"content-type": "text/plain"}, b'<thing id="17"/>'),
        Answer(200, {"content-type": "application/xml"}, b'<thing id="18"/>'),
        Answer(200, {"content-type": "application/xml"}, b""),
        Answer(200, {"content-type": "application/xml"}, b'<thing id="17">x</thing>'),
    ],
)
def test_an_answer_that_differs_fails_and_is_shown(tmp_path: Path, answer: Answer) -> None:
    text = '=== It\nGET /\n---\n200\nError:\n\n<thing id="17" ***/>\n'
    [result] = play(story(tmp_path, text), Server(lambda *_: answer, {}))
    assert result.outcome is Outcome.FAILED
    assert "--- expected" in result.text


def test_a_body_that_is_not_expected_fails(tmp_path: Path) -> None:
    [result] = play(
        story(tmp_path, "=== It\nGET /\n---\n200\n"), Server(lambda *_: Answer(200, {}, b"x"), {})
    )
    assert result.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("expected", "got", "found"),
    [
        ("a***c", "abc", {}),
        ("a***c", "abd", None),
        ("a.c", "abc", None),
        ("{{new first}}-{{new second}}", "1-2", {"first": "1", "second": "2"}),
    ],
)
def test_texts_are_compared_as_a_whole(expected: str, got: str, found: object) -> None:
    assert compare.text(expected, got) == found


@pytest.mark.parametrize(
    ("expected", "got", "found"),
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
def test_xml_is_compared_by_its_elements(expected: str, got: bytes, found: object) -> None:
    assert compare.xml(expected, got) == found


@pytest.mark.parametrize(
    ("expected", "got", "found"),
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
def test_json_is_compared_by_its_values(expected: str, got: bytes, found: object) -> None:
    assert compare.json_document(expected, got) == found


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
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(GrammarError, match=r"0\.case: "):
        story(tmp_path, text)


def test_a_story_whose_cases_cannot_be_told_apart_says_so(tmp_path: Path) -> None:
    with pytest.raises(GrammarError, match=r"about\.txt: what does 'nonsense' mean"):
        story(tmp_path, about="nonsense")
    with pytest.raises(GrammarError, match="two cases have the name 'It'"):
        story(tmp_path, *["=== It\nGET /\n---\n200\n"] * 2)


def test_a_story_for_a_server_in_another_state_is_skipped(tmp_path: Path) -> None:
    tale = story(tmp_path, "=== It\nGET /\n---\n200\n", about="# Read only.\nneeds api_readonly\n")
    [result] = play(tale, Server(lambda *_: Answer(200, {}, b""), {}))
    assert result.outcome is Outcome.SKIPPED
    [result] = play(tale, Server(lambda *_: Answer(200, {}, b""), {}, "api_readonly"))
    assert result.outcome is Outcome.PASSED


@pytest.mark.django_db(transaction=True)
def test_the_command_plays_over_http(
    live_server: LiveServer, values_of_persons: dict[str, str], tmp_path: Path
) -> None:
    people = tmp_path / "people.toml"
    lines = [f'{name} = "{value}"' for name, value in values_of_persons.items()]
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
    alone = conformance("--only", "elements/map")
    assert alone.returncode == 0
    assert not alone.stdout.endswith("0 failed, 0 skipped\n")
    people.write_text('moderator.token = "nobody"')
    refused = conformance("--people", str(people), "--only", "elements/map")
    assert refused.returncode == 1
    assert "FAILED   elements/map: A moderator opens a changeset\n--- expected\n+++ got" in refused.stdout
