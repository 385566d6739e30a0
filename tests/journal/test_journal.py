"""The journal: one entry a commit, in the order of the commits."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.changesets import actions as changesets
from apps.elements.upload import upload
from apps.journal import actions
from apps.journal.models import Entry
from apps.journal.querysets import entries_after, last_number
from apps.osm.elements import ElementType
from apps.osm.errors import OsmError
from apps.osm.osmchange import Limits
from apps.users.models import User
from tests import worlds

WORLD = """
    n1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.5 y47.1 T
    n2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.6 y47.1 T
"""
LIMITS = Limits(100, 100)


def touched(entry: Entry) -> tuple[list[int], list[int], list[int]]:
    return entry.nodes, entry.ways, entry.relations


def edit(user: User, changeset_id: int, changes: str) -> None:
    document = f"<osmChange>{changes}</osmChange>".replace("CS", f'changeset="{changeset_id}"')
    upload(user, changeset_id=changeset_id, document=document.encode(), limits=LIMITS)


def test_an_upload_adds_an_entry_with_the_elements_that_it_touched(db: None, alice: User) -> None:
    worlds.load(WORLD)
    actions.number_entries()
    start = last_number()
    changeset = changesets.open_changeset(alice, tags={})
    edit(
        alice,
        changeset.pk,
        '<create><node id="-1" CS lat="47.1" lon="9.5"/><way id="-1" CS><nd ref="-1"/><nd ref="1"/></way></create>'
        '<delete><node id="2" version="1" CS/></delete>',
    )
    actions.number_entries()
    (entry,) = entries_after(start, elements=10)
    nodes, ways, relations = touched(entry)
    assert (len(nodes), 2 in nodes, len(ways), relations) == (2, True, 1, [])
    assert (entry.changeset_id, entry.is_everything) == (changeset.pk, False)


def test_a_refused_upload_adds_none(db: None, alice: User) -> None:
    worlds.load(WORLD)
    changeset = changesets.open_changeset(alice, tags={})
    count = Entry.objects.count()
    with pytest.raises(OsmError):
        edit(alice, changeset.pk, '<delete><node id="2" version="7" CS/></delete>')
    assert Entry.objects.count() == count


def test_an_import_into_empty_tables_touches_everything_and_a_later_one_what_it_changes(db: None) -> None:
    worlds.load(WORLD)
    worlds.load("n2 v2 dV c1 t2020-01-02T00:00:00Z i900 ucarol x9.7 y47.1 T")
    actions.number_entries()
    (first,) = entries_after(0, elements=10)
    (second,) = entries_after(first.number or 0, elements=10)
    assert (first.is_everything, touched(first)) == (True, ([], [], []))
    assert (second.is_everything, touched(second)) == (False, ([2], [], []))


def test_entries_are_read_in_pieces(db: None) -> None:
    for node in range(5):
        actions.add({ElementType.NODE: [node, node + 10], ElementType.WAY: [], ElementType.RELATION: []})
    actions.number_entries()
    first = entries_after(0, elements=3)
    assert [entry.nodes[0] for entry in first] == [0, 1]
    assert [entry.nodes[0] for entry in entries_after(first[-1].number or 0, elements=100)] == [2, 3, 4]


def test_old_entries_are_deleted_once_everybody_has_read_them(db: None) -> None:
    for node in range(4):
        actions.add({ElementType.NODE: [node], ElementType.WAY: [], ElementType.RELATION: []})
    actions.number_entries()
    Entry.objects.update(created_at=timezone.now() - actions.KEPT - timedelta(days=1))
    actions.prune()
    assert Entry.objects.count() == 4
    actions.set_position("one", 2)
    actions.set_position("another", 3)
    actions.prune()
    assert [entry.number for entry in entries_after(0, elements=10)] == [3, 4]
    actions.set_position("one", 4)
    actions.set_position("another", 4)
    actions.prune()
    # The numbers go on from the last one.
    assert [entry.number for entry in entries_after(0, elements=10)] == [4]


@pytest.mark.django_db(transaction=True)
def test_numbers_follow_the_commits_and_nobody_waits_for_a_transaction_in_progress() -> None:
    """A transaction that began first and commits last comes last, and does not hold up what commits meanwhile."""
    added, finish = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def slow() -> None:
        with transaction.atomic():
            actions.add({ElementType.NODE: [1], ElementType.WAY: [], ElementType.RELATION: []})
            added.wait()
            finish.wait()
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    added.wait()
    actions.add({ElementType.NODE: [2], ElementType.WAY: [], ElementType.RELATION: []})
    actions.number_entries()
    assert [entry.nodes for entry in entries_after(0, elements=10)] == [[2]]
    finish.wait()
    thread.join()
    actions.number_entries()
    assert [entry.nodes for entry in entries_after(1, elements=10)] == [[1]]
