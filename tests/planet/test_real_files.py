"""Real extracts are stored element for element as pyosmium reads them."""

from pathlib import Path
from typing import Any

import osmium
import pytest
from django.conf import settings

from apps.changesets.models import Changeset
from apps.osm.elements import ElementType
from apps.users.models import User
from tests.planet.helpers import COMMON, KINDS, run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
TYPES = {"n": ElementType.NODE, "w": ElementType.WAY, "r": ElementType.RELATION}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("liechtenstein-2015.osm.pbf", (142_832, 15_247, 358)),
        ("liechtenstein-2022.osm.pbf", (306_700, 32_585, 890)),
    ],
)
def test_every_element_is_stored_as_pyosmium_reads_it(name: str, counts: tuple[int, int, int]) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not in ../shared/data")
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
        assert tags == {tag.k: tag.v for tag in item.tags}
        assert body == expected_body(item)
        assert owners[changeset] == item.uid
        assert names[item.uid] == (item.user or "anonymous")
    assert tuple(seen.values()) == counts
    assert all(next(rest, None) is None for rest in stored.values())


def rows(kind: str) -> Any:
    model, _old, body = KINDS[kind]
    return model.objects.order_by("id").values_list("id", *COMMON, *body).iterator(2000)


def expected_body(item: Any) -> list[Any]:
    if item.is_node():
        return [item.location.y, item.location.x]
    if item.is_way():
        return [[node.ref for node in item.nodes]]
    members = list(item.members)
    return [
        [TYPES[member.type] for member in members],
        [member.ref for member in members],
        [member.role for member in members],
    ]
