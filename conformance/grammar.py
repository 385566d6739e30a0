"""Reads `.case` files; docs/conformance.md describes what stands in them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"^=== +(.+?) *$", re.MULTILINE)
_REQUEST = re.compile(r"([A-Z]+) (/.*)")
_HEADER = re.compile(r"([A-Za-z-]+): ?(.*)")
_BETWEEN_CELLS = re.compile(r" \|(?: |$)")
_PERSON = re.compile(r"as ([a-z]+)")

Headers = list[tuple[str, str]]
Rows = list[dict[str, str]]


class GrammarError(Exception):
    """A case file cannot be read; the text says where and why."""


@dataclass(frozen=True)
class Case:
    """A request, and what is to be answered. Texts may hold `{{name}}`, the expected ones `***` and `{{new name}}` too."""

    name: str
    person: str | None
    method: str
    target: str
    headers: Headers
    body: str
    status: int
    expected_headers: Headers
    expected_body: str


@dataclass(frozen=True)
class CaseFile:
    """Cases that follow one another. `needs` is the state that the server has to be in, as `api_readonly`."""

    name: str
    needs: str | None
    cases: list[Case]


def read_file(path: Path, name: str) -> CaseFile:
    """The cases of a file in their order. Raises GrammarError."""
    try:
        return _read(path.read_text(), name)
    except GrammarError as error:
        raise GrammarError(f"{path}: {error}") from None


def _read(text: str, name: str) -> CaseFile:
    preface, *rest = _HEADING.split(text)
    cases = [
        case
        for title, block in zip(rest[::2], rest[1::2], strict=True)
        for case in _cases(title, block.strip("\n"))
    ]
    names = [case.name for case in cases]
    if twice := {name for name in names if names.count(name) > 1}:
        raise GrammarError(f"two cases have the name {min(twice)!r}")
    return CaseFile(name, _needs(preface), cases)


def _needs(preface: str) -> str | None:
    lines = [line for line in preface.splitlines() if line.strip() and not line.startswith("#")]
    match lines:
        case []:
            return None
        case [line] if line.startswith("needs "):
            return line.removeprefix("needs ").strip()
    raise GrammarError(f"before the first case stands {lines[0]!r}")


def _cases(title: str, block: str) -> Iterator[Case]:
    """The case, or one for each row of its tables; where the name says nothing of a row, its first cell is added."""
    tables, rest = _tables(block)
    for rows in itertools.product(*tables):
        values = {name: value for row in rows for name, value in row.items()}
        silent = [row for row in rows if not any("{{" + name + "}}" in title for name in row)]
        firsts = ", ".join(next(iter(row.values())) for row in silent)
        name = _filled(title, values) + (f" ({firsts})" if silent else "")
        yield _case(name, _filled(rest, values))


def _filled(text: str, values: dict[str, str]) -> str:
    # The last first: their cells may speak of those above.
    for name, value in reversed(values.items()):
        text = text.replace("{{" + name + "}}", value)
    return text


def _tables(block: str) -> tuple[list[Rows], str]:
    """The tables at the head of a case, `for name | name` and indented rows, and what follows them."""
    tables: list[Rows] = []
    lines = block.splitlines()
    while lines and (lines[0].startswith(("for ", "#")) or not lines[0].strip()):
        line = lines.pop(0)
        if line.startswith("for "):
            names = _cells(line.removeprefix("for "))
            rows = []
            while lines and lines[0].startswith("  "):
                cells = _cells(lines.pop(0))
                if len(cells) != len(names):
                    raise GrammarError(f"a row of {len(cells)} cells for {len(names)} names: {cells}")
                rows.append(dict(zip(names, cells, strict=True)))
            if not rows:
                raise GrammarError(f"{line!r} has no rows")
            tables.append(rows)
    return tables, "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BETWEEN_CELLS.split(line)]


def _case(name: str, text: str) -> Case:
    request, _, answer = text.partition("\n---\n")
    person = None
    head, body = _head_and_body(request)
    if head and (match := _PERSON.fullmatch(head[0])):
        person = match[1]
        head = head[1:]
    match = _REQUEST.fullmatch(head[0]) if head else None
    if match is None:
        raise GrammarError(f"{name!r} has no request")
    expected, expected_body = _head_and_body(answer)
    if not expected or not expected[0].isdigit():
        raise GrammarError(f"{name!r} expects no status")
    return Case(
        name,
        person,
        match[1],
        match[2],
        _headers(head[1:]),
        body,
        int(expected[0]),
        _headers(expected[1:]),
        expected_body,
    )


def _head_and_body(text: str) -> tuple[list[str], str]:
    head, _, body = text.strip("\n").partition("\n\n")
    return [line for line in head.splitlines() if not line.startswith("#")], body


def _headers(lines: list[str]) -> Headers:
    headers = []
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise GrammarError(f"{line!r} is no header")
        headers.append((match[1], match[2].strip()))
    return headers
