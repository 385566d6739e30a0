"""What decides how a feature is drawn: features that look the same are classified once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from apps.features.models import Shape
from apps.osm.elements import ElementType
from apps.tiles import classification
from apps.tiles.layers import LAYERS, TAGS
from apps.tiles.subjects import Look, Subject


class Recorder(dict[str, str]):
    """Tags that remember which keys were asked for one by one."""

    def __init__(self, tags: dict[str, str]) -> None:
        super().__init__(tags)
        self.asked: set[Any] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(key)
        return super().__contains__(key)


def every_tag() -> Iterator[tuple[str, str]]:
    for layer in LAYERS:
        for key, values in layer.kinds.items():
            for value in values:
                yield key, value if value != "*" else "yes"


@pytest.mark.parametrize("shape", list(Shape))
def test_no_layer_looks_at_a_tag_that_is_left_out(shape: Shape) -> None:
    asked = set()
    named = {"name": "Old Mill", "ref": "A 1", "admin_level": "2", "boundary": "administrative"}
    for (key, value), more, type_ in product(set(every_tag()), ({}, named), ElementType):
        tags = Recorder({key: value, **more})
        list(classification._entries(Subject(type_, shape, 2 if more else None, key, value, tags), 14))
        asked |= tags.asked
    assert "name" in asked
    assert asked <= TAGS


def test_features_that_look_the_same_are_classified_once() -> None:
    look = Look(ElementType.WAY, Shape.AREA, None, b"building", b"house", (("building", "house"),))
    classification.entries_of.cache_clear()
    first = classification.entries_of(look, 14)
    assert [entry.layer.name for entry in first] == ["buildings"]
    assert classification.entries_of(Look(*look), 14) is first
    assert classification.entries_of(look, 13) == ()
