"""Plays stories: sends what stands in their cases, and compares what comes back."""

import difflib
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from lxml import etree

from . import compare
from .grammar import Case, Headers, Story

_VARIABLE = re.compile(r"\{\{(?!new )([^{}]*)\}\}")
_REPEATED = re.compile(r"([0-9]+) \* (.*)", re.DOTALL)
_PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


@dataclass(frozen=True)
class Answer:
    """What a server answered; the names of headers in lower case, the body unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes


Send = Callable[[str, str, Headers, bytes], Answer]
"""Method, target, headers and body go in."""


@dataclass(frozen=True)
class Server:
    """What cases are played against: how to reach it, who the persons are, and the state it is in."""

    send: Send
    values: dict[str, str]
    state: str | None = None


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """`text` says what differs, or what a case that was skipped would have needed."""

    case: Case
    outcome: Outcome
    text: str = ""


class MissingValueError(Exception):
    """A case wants a value that nobody gave and no case before it found."""


def play(story: Story, server: Server) -> Iterator[Result]:
    """Plays the cases of a story in their order; what one finds, those after it know."""
    if story.needs != server.state:
        for case in story.cases:
            yield Result(case, Outcome.SKIPPED, f"needs the state {story.needs or 'online'}")
        return
    round_ = _Round(server, dict(server.values))
    for case in story.cases:
        yield round_.play(case)


@dataclass
class _Round:
    """One story being played: the values that are known so far."""

    server: Server
    values: dict[str, str] = field(default_factory=dict)

    def play(self, case: Case) -> Result:
        try:
            answer = self._ask(case)
            expected = self._filled(case.expected_body)
            headers = [(name, self._filled(value)) for name, value in case.expected_headers]
        except MissingValueError as error:
            return Result(case, Outcome.SKIPPED, f"needs {error}")
        found = _found(case.status, headers, expected, answer)
        if found is None:
            return Result(case, Outcome.FAILED, _difference(case.status, headers, expected, answer))
        self.values |= found
        return Result(case, Outcome.PASSED)

    def _ask(self, case: Case) -> Answer:
        headers = [(name, self._filled(value)) for name, value in case.headers]
        if case.person:
            headers.append(("Authorization", "Bearer " + self._value(f"{case.person}.token")))
        body = self._filled(case.body).encode()
        given = {name.lower(): value for name, value in headers}
        if given.get("content-type", "").startswith("multipart/"):
            body = body.replace(b"\n", b"\r\n")
        if packer := _PACKERS.get(given.get("content-encoding", "")):
            body = packer(body)
        return self.server.send(case.method, self._filled(case.target), headers, body)

    def _filled(self, text: str) -> str:
        """The text with its values, from the inside out; `{{300 * x}}` is 300 of them."""
        while match := _VARIABLE.search(text):
            text = text[: match.start()] + self._value(match[1]) + text[match.end() :]
        return text

    def _value(self, name: str) -> str:
        if match := _REPEATED.fullmatch(name):
            return match[2] * int(match[1])
        if name not in self.values:
            raise MissingValueError(name)
        return self.values[name]


def _found(status: int, headers: Headers, expected: str, answer: Answer) -> compare.Found | None:
    if status != answer.status:
        return None
    found: compare.Found = {}
    for name, value in headers:
        here = compare.text(value, answer.headers.get(name.lower(), ""))
        if here is None:
            return None
        found |= here
    inside = _body_found(expected, answer)
    return None if inside is None else found | inside


def _body_found(expected: str, answer: Answer) -> compare.Found | None:
    if expected == compare.ANYTHING:
        return {}
    content_type = answer.headers.get("content-type", "")
    if expected.startswith("<"):
        return compare.xml(expected, answer.body) if "xml" in content_type else None
    if expected.startswith("{") and not expected.startswith("{{"):
        return compare.json_document(expected, answer.body) if "json" in content_type else None
    return compare.text(expected, answer.body.decode(errors="replace"))


def _difference(status: int, headers: Headers, expected: str, answer: Answer) -> str:
    """What was expected and what came, as a difference of lines."""
    names = dict.fromkeys([*(name for name, _ in headers), "Content-Type"])
    wanted = [str(status), *(f"{name}: {value}" for name, value in headers)]
    got = [str(answer.status), *(f"{name}: {answer.headers.get(name.lower(), '')}" for name in names)]
    wanted += ["", *_lines(expected.encode())]
    got += ["", *_lines(answer.body)]
    return "\n".join(difflib.unified_diff(wanted, got, "expected", "got", n=100, lineterm=""))


def _lines(body: bytes) -> list[str]:
    """A document in a form in which two can be laid side by side."""
    text = body.decode(errors="replace")
    try:
        if text.startswith("<"):
            tree = compare.pattern_tree(text.partition("?>")[2] if text.startswith("<?") else text)
            return _tree_lines(tree)
        if text.startswith("{") and not text.startswith("{{"):
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False, sort_keys=True).splitlines()
    except (ValueError, etree.XMLSyntaxError):
        pass
    return text.splitlines()


def _tree_lines(tree: etree._Element) -> list[str]:
    for element in tree.iter(etree.Element):
        attributes = sorted(element.attrib.items())
        element.attrib.clear()
        element.attrib.update(attributes)
    etree.indent(tree)
    return etree.tostring(tree, encoding="unicode").splitlines()
