"""Titles of elements: the name in the reader's language, and the kind of feature."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from apps.elements.names import name_in
from apps.elements.presets import is_area, kind_of
from apps.osm.elements import ElementRef, ElementType


@dataclass(frozen=True)
class Title:
    """`name` is "Adler", `kind` "Restaurant"; either may be missing."""

    ref: ElementRef
    name: str | None
    kind: str | None

    @property
    def type_name(self) -> str:
        return {
            ElementType.NODE: gettext("Node"),
            ElementType.WAY: gettext("Way"),
            ElementType.RELATION: gettext("Relation"),
        }[self.ref.type]

    @property
    def numbered(self) -> str:
        """`Way 123`."""
        return f"{self.type_name} {self.ref.id}"

    @property
    def heading(self) -> str:
        """The name, else the kind, else type and id."""
        return self.name or self.kind or self.numbered

    @property
    def page(self) -> str:
        """`Way: Adler (123)`, the title of the page."""
        if self.name:
            return f"{self.type_name}: {self.name} ({self.ref.id})"
        return f"{self.type_name}: {self.ref.id}"


def title_of(ref: ElementRef, tags: Mapping[str, str], nodes: list[int] | None = None) -> Title:
    """Return the title of an element. The nodes of a way, if known, tell lines from areas."""
    language = get_language() or "en"
    return Title(ref, name_of(tags, language), kind_of(tags, _geometries(ref.type, tags, nodes), language))


def name_of(tags: Mapping[str, str], language: str) -> str | None:
    """Return the name in the language (`name:de-at`, `name:de`), else `name`, `ref`, the house name or the address."""
    if name := name_in(tags, [language]):
        return name
    for key in ("ref", "addr:housename"):
        if tags.get(key):
            return tags[key]
    if tags.get("addr:housenumber") and tags.get("addr:street"):
        return f"{tags['addr:housenumber']} {tags['addr:street']}"
    return None


def _geometries(
    element_type: ElementType, tags: Mapping[str, str], nodes: list[int] | None
) -> frozenset[str]:
    if element_type is ElementType.NODE:
        return frozenset(["point", "vertex"])
    if element_type is ElementType.RELATION:
        return frozenset(["area" if tags.get("type") == "multipolygon" else "relation"])
    if nodes is None:
        return frozenset(["area"] if is_area(tags) else ["line"])
    is_closed = len(nodes) > 2 and nodes[0] == nodes[-1]
    return frozenset(["area"] if is_closed and is_area(tags) else ["line"])
