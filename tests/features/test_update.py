"""Features follow edits and imports, and are the same as those of a rebuild."""

import random
from typing import Any

import pytest
from django.db import connection

from apps.changesets import actions
from apps.elements.models import CURRENT
from apps.elements.upload import upload
from apps.features import update as update_module
from apps.features.checking import check
from apps.features.rebuild import rebuild
from apps.features.update import derive, update
from apps.journal.querysets import count_after, position
from apps.osm.elements import ElementType
from apps.osm.errors import OsmError
from apps.osm.osmchange import Limits
from apps.users.models import User
from tests import worlds

from .conftest import TIME, features

LIMITS = Limits(100, 100)
EVERYTHING = (
    "version, shape, min_zoom, importance, admin_level, size, key, value, tags::text, names::text, words::text, label::text, "
    "box::text, encode(geometry, 'hex')"
)


@pytest.fixture
def changeset(alice: User) -> int:
    return actions.open_changeset(alice, tags={}).pk


def edit(user: User, changeset_id: int, changes: str) -> None:
    document = f"<osmChange>{changes}</osmChange>".replace("CS", f'changeset="{changeset_id}"')
    upload(user, changeset_id=changeset_id, document=document.encode(), limits=LIMITS)


def assert_same_as_after_a_rebuild() -> None:
    before = features(EVERYTHING)
    rebuild()
    after = features(EVERYTHING)
    assert before.keys() == after.keys()
    for element, values in after.items():
        assert before[element] == values, element


def test_an_edit_changes_the_features_that_look_different(town: None, alice: User, changeset: int) -> None:
    before = features("encode(geometry, 'hex')")
    edit(alice, changeset, '<modify><node id="1" version="1" CS lat="47.099" lon="9.499"/></modify>')
    assert update()
    after = features("encode(geometry, 'hex')")
    changed = {element for element in before if before[element] != after[element]}
    assert changed == {"w1", "w3", "r1", "r2"}
    assert_same_as_after_a_rebuild()


@pytest.mark.parametrize(
    ("change", "appears", "disappears"),
    [
        ('<create><node id="-1" CS lat="47.1" lon="9.5"><tag k="amenity" v="bench"/></node></create>', 1, ""),
        ('<modify><node id="9" version="1" CS lat="47.105" lon="9.505"/></modify>', 0, "n9"),
        ('<delete><node id="9" version="1" CS/></delete>', 0, "n9"),
        # A boundary without one of its ways: that one has no other reason to be drawn.
        (
            (
                '<modify><relation id="2" version="1" CS><member type="way" ref="2" role=""/>'
                '<tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="8"/>'
                "</relation></modify>"
            ),
            0,
            "w3",
        ),
        ('<delete><relation id="2" version="1" CS/></delete>', 0, "w3 r2"),
        ('<modify><way id="5" version="1" CS><nd ref="5"/><nd ref="6"/></way></modify>', 0, "w5"),
    ],
)
def test_features_appear_and_disappear(
    town: None, alice: User, changeset: int, change: str, appears: int, disappears: str
) -> None:
    before = set(features())
    edit(alice, changeset, change)
    assert update()
    after = set(features())
    assert before - after == set(disappears.split())
    assert len(after - before) == appears
    assert_same_as_after_a_rebuild()


def test_a_small_import_is_followed_like_an_edit(town: None, django_assert_num_queries: Any) -> None:
    worlds.load(f"n9 v2 dV c1 {TIME} x9.506 y47.105 Tshop=butcher")
    assert count_after(position("features")) == 1
    assert update()
    assert features()["n9"] == ("shop", "butcher")
    assert count_after(position("features")) == 0
    assert_same_as_after_a_rebuild()


def test_small_edits_come_before_large_ones(
    town: None, alice: User, changeset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_module, "_LARGE", 5)
    monkeypatch.setattr(update_module, "_BATCH", 5)
    monkeypatch.setattr(update_module, "_SMALL", 2)
    made: list[int] = []

    def counted(touched: update_module.Ids) -> int:
        made.append(sum(map(len, touched.values())))
        return derive(touched)

    monkeypatch.setattr(update_module, "derive", counted)
    for lat in (47.1, 47.11):
        nodes = "".join(
            f'<node id="-{n}" CS lat="{lat}" lon="9.5"><tag k="amenity" v="bench"/></node>'
            for n in range(1, 11)
        )
        edit(alice, changeset, f"<create>{nodes}</create>")
    edit(alice, changeset, '<delete><node id="9" version="1" CS/></delete>')
    assert update()
    assert made == [1, 10, 10, 1]
    assert "n9" not in features()
    assert_same_as_after_a_rebuild()


def test_a_check_finds_and_mends_what_is_wrong(town: None, caplog: pytest.LogCaptureFixture) -> None:
    right = features(EVERYTHING)
    assert check() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE features SET value = 'wrong' WHERE type = 2 AND id = 1")
        cursor.execute("DELETE FROM features WHERE type = 3 AND id = 1")
        cursor.execute("UPDATE features SET id = 900 WHERE type = 1 AND id = 9")
    assert check() == 4
    assert "4 features differed" in caplog.text
    assert features(EVERYTHING) == right


def random_change(source: random.Random) -> str:
    """Return a change of an element: of its position, nodes, members or tags, or its deletion; not always a valid one."""
    kind = source.choice(list(ElementType))
    row = source.choice(list(CURRENT[kind]._default_manager.order_by("id").values("id", "version")))
    tags = source.choice(
        [
            *(
                {"landuse": "forest"},
                {"highway": "path"},
                {"name": "Straße", "shop": "yes"},
                {},
                {"area": "yes"},
            ),
            *({"type": "multipolygon", "natural": "water"}, {"type": "route", "route": "hiking"}),
            *({"type": "boundary", "boundary": "administrative", "admin_level": str(source.randint(2, 12))},),
        ]
    )
    body = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    nodes = [source.randint(1, 11) for _ in range(source.randint(2, 6))]
    position = ""
    if kind is ElementType.NODE:
        position = f'lat="{source.uniform(47.1, 47.11):.7f}" lon="{source.uniform(9.5, 9.51):.7f}"'
    elif kind is ElementType.WAY:
        if source.random() < 0.5:
            nodes.append(nodes[0])
        body += "".join(f'<nd ref="{node}"/>' for node in nodes)
    else:
        members = [source.choice(["way", "node", "relation"]) for _ in range(source.randint(1, 4))]
        body += "".join(
            f'<member type="{member}" ref="{source.randint(1, 2 if member == "relation" else 5)}" role="outer"/>'
            for member in members
        )
    name = kind.label
    action = source.choices(["create", "modify", "delete"], [2, 6, 1])[0]
    if action == "create":
        return f'<create><{name} id="-1" CS {position}>{body}</{name}></create>'
    return f'<{action}><{name} id="{row["id"]}" version="{row["version"]}" CS {position}>{body}</{name}></{action}>'


@pytest.mark.parametrize("seed", range(10))
def test_after_random_edits_they_equal_those_of_a_rebuild(
    town: None, alice: User, changeset: int, seed: int
) -> None:
    source = random.Random(seed)
    done = 0
    for _ in range(60):
        try:
            edit(alice, changeset, random_change(source))
        except OsmError:
            continue
        done += 1
        if source.random() < 0.5:
            assert update()
    assert update()
    assert done > 10
    assert_same_as_after_a_rebuild()


def test_the_statements_of_an_update_do_not_grow_with_the_edit(
    town: None, alice: User, changeset: int
) -> None:
    def statements(count: int) -> int:
        nodes = "".join(
            f'<node id="-{number}" CS lat="47.1" lon="9.50{number:03}"><tag k="amenity" v="bench"/></node>'
            for number in range(1, count + 1)
        )
        edit(alice, changeset, f"<create>{nodes}</create>")
        connection.queries_log.clear()
        connection.force_debug_cursor = True
        try:
            assert update()
            return len(connection.queries_log)
        finally:
            connection.force_debug_cursor = False

    assert statements(2) == statements(100)
