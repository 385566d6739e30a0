"""Elements, and the names and numbers that go with them."""

import re
from datetime import UTC, datetime
from enum import IntEnum
from typing import NamedTuple

COORDINATE_SCALE = 10_000_000
"""Stored coordinates are integers of 1e-7 degrees."""

MAX_ID = 2**63 - 1
MAX_TEXT = 255
"""Longest tag key, tag value and role, in characters (API page, "Maximum string lengths")."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no text may contain, tags and comments alike (upstream behaviour 1.6.1), and XML has no place for."""


class ElementType(IntEnum):
    """The three kinds of elements. The number is what is stored with a relation's members."""

    NODE = 1
    WAY = 2
    RELATION = 3

    @property
    def label(self) -> str:
        """`node`, `way` or `relation`: the name in XML, JSON and addresses."""
        return self.name.lower()

    @property
    def plural(self) -> str:
        return self.label + "s"

    @classmethod
    def from_label(cls, label: str) -> "ElementType":
        """The type of that name; ValueError where there is none."""
        for kind in cls:
            if kind.label == label:
                return kind
        raise ValueError(f"no type of element: {label!r}")


class ElementRef(NamedTuple):
    """Which element, whatever its version."""

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
    """Degrees with exactly seven decimals, never in scientific notation: -5 is `-0.0000005`."""
    sign = "-" if scaled < 0 else ""
    degrees, fraction = divmod(abs(scaled), COORDINATE_SCALE)
    return f"{sign}{degrees}.{fraction:07d}"


def format_timestamp(moment: datetime) -> str:
    """`2026-01-02T03:04:05Z`, the only form of a time in elements and changesets."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
