"""Elements: their types, references, limits, and the formats of their coordinates and times."""

import re
from datetime import UTC, datetime
from enum import IntEnum
from typing import NamedTuple

COORDINATE_SCALE = 10_000_000
"""Stored coordinates are integers of 1e-7 degrees."""

MAX_ID = 2**63 - 1
MAX_TEXT = 255
"""The longest tag key, tag value or role, in characters (API page, "Maximum string lengths")."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no text may contain, neither tags nor comments (upstream behaviour 1.6.1): XML cannot hold them."""


def strip_unwritable(text: str) -> str:
    """Return the text without the characters that no text may contain."""
    return UNWRITABLE.sub("", text)


class ElementType(IntEnum):
    """The three types of elements. Relations store the numbers with their members."""

    NODE = 1
    WAY = 2
    RELATION = 3

    @property
    def label(self) -> str:
        """`node`, `way` or `relation`: the name in XML, JSON and URLs."""
        return self.name.lower()

    @property
    def plural(self) -> str:
        return self.label + "s"

    @classmethod
    def from_label(cls, label: str) -> "ElementType":
        """Return the type with that label. Raises ValueError."""
        for kind in cls:
            if kind.label == label:
                return kind
        raise ValueError(f"no type of element: {label!r}")


class ElementRef(NamedTuple):
    """The type and id of an element, whatever its version."""

    type: ElementType
    id: int

    def __str__(self) -> str:
        return f"{self.type.label} {self.id}"


class Member(NamedTuple):
    """A member of a relation."""

    type: ElementType
    ref: int
    role: str


def format_coordinate(scaled: int) -> str:
    """Return degrees with exactly seven decimals, never in scientific notation: -5 is `-0.0000005`."""
    sign = "-" if scaled < 0 else ""
    degrees, fraction = divmod(abs(scaled), COORDINATE_SCALE)
    return f"{sign}{degrees}.{fraction:07d}"


def format_timestamp(time: datetime) -> str:
    """Return `2026-01-02T03:04:05Z`, the only format of times in elements and changesets."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
