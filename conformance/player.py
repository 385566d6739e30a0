"""Player of stories: sends the requests of their cases and compares the responses."""

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
class Response:
    """A response of a server, with header names in lower case and the body decompressed."""

    status: int
    headers: dict[str, str]
    body: bytes


Send = Callable[[str, str, Headers, bytes], Response]
"""Send method, target, headers and body."""


@dataclass(frozen=True)
class Server:
    """The server under test: how to reach it, the values of its personas, and its service status."""

    send: Send
    values: dict[str, str]
    state: str | None = None


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Result:
    """The outcome of a case. `text` shows the difference, or says what a skipped case needs."""

    case: Case
    outcome: Outcome
    text: str = ""


class MissingValueError(Exception):
    """A case needs a value that was neither given nor captured by an earlier case."""


def play(story: Story, server: Server) -> Iterator[Result]:
    """Play the cases of a story in order. Later cases can use the values that earlier ones captured."""
    if story.needs != server.state:
        for case in story.cases:
            yield Result(case, Outcome.SKIPPED, f"needs the status {story.needs or 'online'}")
        return
    round_ = _Round(server, dict(server.values))
    for case in story.cases:
        yield round_.play(case)


@dataclass
class _Round:
    """A story being played, with the values known so far."""

    server: Server
    values: dict[str, str] = field(default_factory=dict)

    def play(self, case: Case) -> Result:
        try:
            response = self._send(case)
            expected = self._filled(case.expected_body)
            headers = [(name, self._filled(value)) for name, value in case.expected_headers]
        except MissingValueError as error:
            return Result(case, Outcome.SKIPPED, f"needs {error}")
        found = _found(case.status, headers, expected, response)
        if found is None:
            return Result(case, Outcome.FAILED, _difference(case.status, headers, expected, response))
        self.values |= found
        return Result(case, Outcome.PASSED)

    def _send(self, case: Case) -> Response:
        headers = [(name, self._filled(value)) for name, value in case.headers]
        if case.persona:
            headers.append(("Authorization", "Bearer " + self._value(f"{case.persona}.token")))
        body = self._filled(case.body).encode()
        given = {name.lower(): value for name, value in headers}
        if given.get("content-type", "").startswith("multipart/"):
            body = body.replace(b"\n", b"\r\n")
        if packer := _PACKERS.get(given.get("content-encoding", "")):
            body = packer(body)
        return self.server.send(case.method, self._filled(case.target), headers, body)

    def _filled(self, text: str) -> str:
        """Replace the variables of a text from the inside out; `{{300 * x}}` becomes 300 times `x`."""
        while match := _VARIABLE.search(text):
            text = text[: match.start()] + self._value(match[1]) + text[match.end() :]
        return text

    def _value(self, name: str) -> str:
        if match := _REPEATED.fullmatch(name):
            return match[2] * int(match[1])
        if name not in self.values:
            raise MissingValueError(name)
        return self.values[name]


def _found(status: int, headers: Headers, expected: str, response: Response) -> compare.Found | None:
    if status != response.status:
        return None
    found: compare.Found = {}
    for name, value in headers:
        captured = compare.text(value, response.headers.get(name.lower(), ""))
        if captured is None:
            return None
        found |= captured
    inside = _body_found(expected, response)
    return None if inside is None else found | inside


def _body_found(expected: str, response: Response) -> compare.Found | None:
    if expected == compare.ANYTHING:
        return {}
    content_type = response.headers.get("content-type", "")
    if expected.startswith("<"):
        return compare.xml(expected, response.body) if "xml" in content_type else None
    if expected.startswith("{") and not expected.startswith("{{"):
        return compare.json_document(expected, response.body) if "json" in content_type else None
    return compare.text(expected, response.body.decode(errors="replace"))


def _difference(status: int, headers: Headers, expected: str, response: Response) -> str:
    """Return the difference between the expected and the actual response, line by line."""
    names = dict.fromkeys([*(name for name, _ in headers), "Content-Type"])
    wanted = [str(status), *(f"{name}: {value}" for name, value in headers)]
    got = [str(response.status), *(f"{name}: {response.headers.get(name.lower(), '')}" for name in names)]
    wanted += ["", *_lines(expected.encode())]
    got += ["", *_lines(response.body)]
    return "\n".join(difflib.unified_diff(wanted, got, "expected", "got", n=100, lineterm=""))


def _lines(body: bytes) -> list[str]:
    """Return the lines of a document, formatted so that two documents can be compared."""
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
