"""The tables hold what a file says, for random small files in any order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.changesets.models import Changeset
from apps.planet import importer
from apps.users.models import User
from tests.planet.helpers import everything
from tests.worlds import load_xml

pytestmark = pytest.mark.django_db

TYPES = {"node": 1, "way": 2, "relation": 3}
OWNERS = {1: 1, 2: 2, 3: 1, 4: 3}
START = datetime(2015, 1, 1, tzinfo=UTC)

texts = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f￾￿"), max_size=12
)
refs = st.lists(st.integers(1, 6), max_size=5)


@dataclass(frozen=True)
class Version:
    kind: str
    id: int
    version: int
    visible: bool
    changeset: int | None
    seconds: int | None
    author: int | None
    tags: dict[str, str]
    lat: int
    lon: int
    nodes: list[int]
    members: list[tuple[str, int, str]]

    def xml(self) -> str:
        attributes = {"id": self.id, "version": self.version, "visible": str(self.visible).lower()}
        if self.changeset:
            attributes["changeset"] = self.changeset
        if self.seconds is not None:
            attributes["timestamp"] = (
                (START + timedelta(seconds=self.seconds)).isoformat().replace("+00:00", "Z")
            )
        if self.author:
            attributes |= {"uid": self.author, "user": f"user {self.author}"}
        if self.kind == "node":
            attributes |= {"lat": f"{self.lat / 1e7:.7f}", "lon": f"{self.lon / 1e7:.7f}"}
        inner = "".join(f"<tag k={quote(key)} v={quote(value)}/>" for key, value in self.tags.items())
        if self.kind == "way":
            inner += "".join(f'<nd ref="{ref}"/>' for ref in self.nodes)
        if self.kind == "relation":
            inner += "".join(
                f'<member type="{type_}" ref="{ref}" role={quote(role)}/>'
                for type_, ref, role in self.members
            )
        head = " ".join(f'{name}="{value}"' for name, value in attributes.items())
        return f"<{self.kind} {head}>{inner}</{self.kind}>"

    def body(self) -> tuple[object, ...]:
        if self.kind == "node":
            return self.lat, self.lon
        if self.kind == "way":
            return (self.nodes,)
        return tuple(
            [convert(member) for member in self.members]
            for convert in (lambda m: TYPES[m[0]], lambda m: m[1], lambda m: m[2])
        )


def quote(text: str) -> str:
    return '"' + "".join(f"&#{ord(character)};" for character in text) + '"'


@st.composite
def worlds(draw: st.DrawFn) -> list[Version]:
    keys = draw(
        st.sets(
            st.tuples(st.sampled_from(sorted(TYPES)), st.integers(1, 4), st.integers(1, 5)),
            min_size=1,
            max_size=12,
        )
    )
    changesets = [draw(st.none() | st.integers(1, 4)) for _key in keys]
    return [
        Version(
            kind,
            id_,
            version,
            visible=draw(st.booleans()),
            changeset=changeset,
            seconds=draw(st.none() | st.integers(0, 10**8)),
            # A changeset has one author, but not every element has to name them.
            author=draw(st.none() | (st.just(OWNERS[changeset]) if changeset else st.integers(1, 3))),
            tags=draw(st.dictionaries(texts, texts, max_size=3)),
            lat=draw(st.integers(-900_000_000, 900_000_000)),
            lon=draw(st.integers(-1_800_000_000, 1_800_000_000)),
            nodes=draw(refs),
            members=draw(
                st.lists(st.tuples(st.sampled_from(sorted(TYPES)), st.integers(1, 6), texts), max_size=4)
            ),
        )
        for (kind, id_, version), changeset in zip(sorted(keys), changesets, strict=True)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    world=worlds(),
    seed=st.none() | st.integers(0, 2**32),
    parts=st.integers(1, 3),
    bulk_size=st.sampled_from([0, 1 << 20]),
)
def test_the_tables_hold_what_the_file_says(
    monkeypatch: pytest.MonkeyPatch, world: list[Version], seed: int | None, parts: int, bulk_size: int
) -> None:
    # The id of a changeset created for an author may be that of a real changeset in the next file.
    assume(parts == 1 or all(item.changeset or not item.author for item in world))
    monkeypatch.setattr(importer, "BULK_SIZE", bulk_size)
    ordered = sorted(world, key=lambda item: (TYPES[item.kind], item.id, item.version))
    if seed is not None:
        Random(seed).shuffle(ordered)
    before = datetime.now(UTC) - timedelta(seconds=1)
    with transaction.atomic():
        for part in range(parts):
            load_xml(f"<osm><!-- {part} -->{''.join(item.xml() for item in ordered[part::parts])}</osm>")
        check(world, before)
        transaction.set_rollback(True)


def check(world: list[Version], before: datetime) -> None:
    tables = everything()
    owners = dict(Changeset.objects.values_list("id", "user_id"))
    names = dict(User.objects.values_list("id", "display_name"))
    by_key = {(item.kind, item.id, item.version): item for item in world}
    highest = {(kind, id_): max(v for k, i, v in by_key if (k, i) == (kind, id_)) for kind, id_, _v in by_key}
    read = {
        (kind.removeprefix("old "), key if isinstance(key, int) else key[0], row[0]): row
        for kind in (*TYPES, *(f"old {kind}" for kind in TYPES))
        for key, row in tables[kind].items()
    }
    assert {(kind, id_, row[0]) for kind in TYPES for id_, row in tables[kind].items()} == {
        (kind, id_, version) for (kind, id_), version in highest.items()
    }
    assert read.keys() == by_key.keys()
    for key, item in by_key.items():
        _version, visible, changeset, timestamp, tags, *body = read[key]
        assert (visible, tags, tuple(body)) == (item.visible, item.tags, item.body())
        if item.seconds is None:
            assert before <= timestamp <= datetime.now(UTC)
        else:
            assert timestamp == START + timedelta(seconds=item.seconds)
        check_author(item, changeset, world, owners, names)
    shown = [by_key[kind, id_, version] for (kind, id_), version in highest.items()]
    shown = [item for item in shown if item.visible]
    assert tables["way_nodes"] == {
        (ref, item.id) for item in shown if item.kind == "way" for ref in item.nodes
    }
    assert tables["members"] == {
        (TYPES[type_], ref, item.id)
        for item in shown
        if item.kind == "relation"
        for type_, ref, _role in item.members
    }


def check_author(
    item: Version, changeset: int, world: list[Version], owners: dict[int, int], names: dict[int, str]
) -> None:
    if item.changeset:
        assert changeset == item.changeset
        known = any(other.author for other in world if other.changeset == changeset)
        assert owners[changeset] == (OWNERS[changeset] if known else 0)
    elif item.author:
        assert owners[changeset] == item.author
    else:
        assert (changeset, owners[0]) == (0, 0)
    if item.author:
        assert names[item.author] == f"user {item.author}"
