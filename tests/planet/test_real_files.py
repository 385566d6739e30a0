"""Extracts are stored element for element as pyosmium reads them."""

from pathlib import Path
from typing import Any

import osmium
import pytest

from apps.changesets.models import Changeset
from apps.osm.elements import ElementType
from apps.users.models import User
from scripts.make_sample import make_sample
from tests.extracts import COUNTS, EXTRACTS, HISTORY, SAMPLE
from tests.planet.helpers import COMMON, KINDS, current, run, superseded

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TYPES = {"n": ElementType.NODE, "w": ElementType.WAY, "r": ElementType.RELATION}


@pytest.mark.parametrize("path", EXTRACTS)
def test_every_element_is_stored_as_pyosmium_reads_it(path: Path) -> None:
    run(path)
    owners = dict(Changeset.objects.values_list("id", "user_id"))
    names = dict(User.objects.values_list("id", "display_name"))
    stored = {kind: rows(kind) for kind in KINDS}
    seen = dict.fromkeys(KINDS, 0)
    item: Any
    for item in osmium.FileProcessor(path):
        kind = type(item).__name__.lower()
        seen[kind] += 1
        id_, version, visible, changeset, timestamp, tags, *body = next(stored[kind])
        assert (id_, version, visible, changeset) == (item.id, item.version, item.visible, item.changeset)
        assert timestamp == item.timestamp
        # Most nodes have none, and asking is cheaper than reading.
        assert tags == (dict(item.tags) if len(item.tags) else {})
        assert body == expected_body(item)
        assert owners[changeset] == item.uid
        assert names[owners[changeset]] == (item.user or "anonymous")
    assert tuple(seen.values()) == COUNTS[path]
    assert all(next(rest, None) is None for rest in stored.values())


def test_a_history_is_stored_with_every_version() -> None:
    run(HISTORY)
    stored: dict[tuple[str, int, int], tuple[Any, ...]] = {}
    for kind in KINDS:
        stored |= {(kind, id_, version): row for (id_, version), row in superseded(kind).items()}
        stored |= {(kind, id_, row[0]): row for id_, row in current(kind).items()}
    item: Any
    for item in osmium.FileProcessor(HISTORY):
        version, visible, changeset, timestamp, tags, *body = stored.pop(
            (type(item).__name__.lower(), item.id, item.version)
        )
        assert (version, visible, changeset) == (item.version, item.visible, item.changeset)
        assert (timestamp, tags) == (item.timestamp, {tag.k: tag.v for tag in item.tags})
        if visible:
            assert body == expected_body(item)
    assert stored == {}


def test_a_history_ends_in_the_extract() -> None:
    run(HISTORY)
    visible = {kind: {key: row for key, row in current(kind).items() if row[1]} for kind in KINDS}
    assert tuple(map(len, visible.values())) == COUNTS[SAMPLE]
    item: Any
    for item in osmium.FileProcessor(SAMPLE):
        (
            version,
            _visible,
            changeset,
            *_,
        ) = visible[type(item).__name__.lower()][item.id]
        assert (version, changeset) == (item.version, item.changeset)


def test_the_sample_is_what_its_script_writes(tmp_path: Path) -> None:
    make_sample(tmp_path)
    for path in (SAMPLE, HISTORY):
        assert as_opl(tmp_path / path.name, tmp_path) == as_opl(path, tmp_path)


def as_opl(path: Path, folder: Path) -> str:
    target = folder / "copy.opl"
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for item in osmium.FileProcessor(path):
            writer.add(item)
    return target.read_text()


def rows(kind: str) -> Any:
    model, _old, body = KINDS[kind]
    return model.objects.order_by("id").values_list("id", *COMMON, *body).iterator(2000)


def expected_body(item: Any) -> list[Any]:
    if item.is_node():
        location = item.location
        return [location.y, location.x]
    if item.is_way():
        return [[node.ref for node in item.nodes]]
    members = list(item.members)
    return [
        [TYPES[member.type] for member in members],
        [member.ref for member in members],
        [member.role for member in members],
    ]
