"""Parser for stories, which are folders of `.case` files; docs/conformance.md describes the format."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"^=== +(.+?) *$", re.MULTILINE)
_REQUEST = re.compile(r"([A-Z]+) (/.*)")
_HEADER = re.compile(r"([A-Za-z-]+): ?(.*)")
_BETWEEN_CELLS = re.compile(r" \|(?: |$)")
_PERSONA = re.compile(r"as ([a-z]+)")
ABOUT = "about.txt"

Headers = list[tuple[str, str]]
Rows = list[dict[str, str]]


class GrammarError(Exception):
    """A case file cannot be parsed; the message says where and why."""


@dataclass(frozen=True)
class Case:
    """A request and the expected response. All texts may contain `{{name}}`, expected ones also `***` and `{{new name}}`."""

    name: str
    persona: str | None
    method: str
    target: str
    headers: Headers
    body: str
    status: int
    expected_headers: Headers
    expected_body: str


@dataclass(frozen=True)
class Story:
    """Cases that are played in order. `needs` is the service status that the server must have, such as `api_readonly`."""

    name: str
    needs: str | None
    cases: list[Case]


def read_story(folder: Path, name: str) -> Story:
    """Read the cases of a folder in the order of the file names. Raises GrammarError."""
    cases = [case for path in sorted(folder.glob("*.case")) for case in _read(path)]
    names = [case.name for case in cases]
    if twice := {name for name in names if names.count(name) > 1}:
        raise GrammarError(f"{folder}: two cases have the name {min(twice)!r}")
    return Story(name, _needs(folder / ABOUT), cases)


def _read(path: Path) -> list[Case]:
    """Return the case of a file, or the cases that its tables make of it."""
    before, *rest = _HEADING.split(path.read_text())
    if before.strip() or len(rest) != 2:
        raise GrammarError(f"{path}: a file must contain one case, and begin with its name")
    try:
        return list(_cases(rest[0], rest[1].strip("\n")))
    except GrammarError as error:
        raise GrammarError(f"{path}: {error}") from None


def _needs(about: Path) -> str | None:
    text = about.read_text() if about.exists() else ""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    match lines:
        case []:
            return None
        case [line] if line.startswith("needs "):
            return line.removeprefix("needs ").strip()
    raise GrammarError(f"{about}: unknown line {lines[0]!r}")


def _cases(title: str, block: str) -> Iterator[Case]:
    """Yield the case, or one for each row of its tables. A row's first cell is added to names that do not mention the row."""
    tables, rest = _tables(block)
    for rows in itertools.product(*tables):
        values = {name: value for row in rows for name, value in row.items()}
        unmentioned = [row for row in rows if not any("{{" + name + "}}" in title for name in row)]
        firsts = ", ".join(next(iter(row.values())) for row in unmentioned)
        name = _filled(title, values) + (f" ({firsts})" if unmentioned else "")
        yield _case(name, _filled(rest, values))


def _filled(text: str, values: dict[str, str]) -> str:
    # Last names first, because their cells may refer to earlier ones.
    for name, value in reversed(values.items()):
        text = text.replace("{{" + name + "}}", value)
    return text


def _tables(block: str) -> tuple[list[Rows], str]:
    """Split a case into the tables at its head (`for name | name` and indented rows) and the rest."""
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
                    raise GrammarError(f"row {cells} has {len(cells)} cells for {len(names)} names")
                rows.append(dict(zip(names, cells, strict=True)))
            if not rows:
                raise GrammarError(f"{line!r} has no rows")
            tables.append(rows)
    return tables, "\n".join(lines)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BETWEEN_CELLS.split(line)]


def _case(name: str, text: str) -> Case:
    request, _, response = text.partition("\n---\n")
    persona = None
    head, body = _head_and_body(request)
    if head and (match := _PERSONA.fullmatch(head[0])):
        persona = match[1]
        head = head[1:]
    match = _REQUEST.fullmatch(head[0]) if head else None
    if match is None:
        raise GrammarError(f"{name!r} has no request")
    expected, expected_body = _head_and_body(response)
    if not expected or not expected[0].isdigit():
        raise GrammarError(f"{name!r} has no expected status")
    return Case(
        name,
        persona,
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
            raise GrammarError(f"{line!r} is not a header")
        headers.append((match[1], match[2].strip()))
    return headers
