"""Changesets and authors: described by the file, or derived from its elements."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from apps.changesets.models import Changeset
from apps.users.models import ANONYMOUS_AUTHOR_ID, User
from tests.planet.helpers import current, run, write
from tests.worlds import load, load_xml

pytestmark = pytest.mark.django_db


def test_changesets_are_created_from_the_ids_that_elements_name() -> None:
    load("""
        n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1
        n2 v4 dV c7 t2020-01-01T03:00:00Z i5 ualice x9.6 y47.0
        n3 v2 dD c7 t2020-01-01T02:00:00Z i5 ualice x y
        n4 v1 dV c8 t2020-01-05T00:00:00Z i6 ubob x10 y48
        w1 v1 dV c7 t2020-01-01T01:00:00Z i5 ualice Nn1,n4
    """)
    made = Changeset.objects.get(id=7)
    assert made.user_id == 5
    assert made.tags == {}
    assert made.created_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert made.closed_at == datetime(2020, 1, 1, 3, tzinfo=UTC)
    assert not made.is_open()
    assert made.num_changes == 4
    assert (made.num_created_nodes, made.num_modified_nodes, made.num_deleted_nodes) == (1, 1, 1)
    assert made.num_created_ways == 1
    # Its way extends the bbox to node 4, which belongs to another changeset.
    assert made.bbox == (95_000_000, 470_000_000, 100_000_000, 480_000_000)
    alice = User.objects.get(id=5)
    assert alice.changesets_count == 1
    assert alice.created_at == datetime(2020, 1, 1, tzinfo=UTC)


def test_imported_users_are_active_without_email_and_password() -> None:
    load("n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1")
    alice = User.objects.get(id=5)
    assert alice.email is None
    assert not alice.has_usable_password()
    assert alice.status == User.Status.ACTIVE
    assert alice.data_public
    assert alice.terms_seen
    assert alice.terms_agreed


@pytest.mark.parametrize("author", ["", "i0 u", "i0 ualice"])
def test_an_element_without_an_author_belongs_to_the_anonymous_author(author: str) -> None:
    load(f"n1 v1 dV c7 t2020-01-01T00:00:00Z {author} x9.5 y47.1")
    owner = Changeset.objects.get(id=7).user
    assert owner.pk == ANONYMOUS_AUTHOR_ID
    assert not owner.data_public


def test_a_negative_uid_means_no_author() -> None:
    load_xml('<osm><node id="1" version="1" lat="1" lon="2" changeset="3" uid="-1" user=""/></osm>')
    assert Changeset.objects.get(id=3).user_id == ANONYMOUS_AUTHOR_ID


def test_elements_without_changeset_and_author_belong_to_changeset_0() -> None:
    load("n1 v2 dV t2020-01-01T00:00:00Z x9.5 y47.1")
    assert current("node")[1][2] == 0
    assert Changeset.objects.get().user_id == ANONYMOUS_AUTHOR_ID


def test_elements_with_an_author_but_no_changeset_get_a_new_changeset_per_author() -> None:
    load("""
        n1 v1 dV t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1
        n2 v1 dV t2020-01-02T00:00:00Z i6 ubob x9.5 y47.1
        n3 v1 dV c70 t2020-01-02T00:00:00Z i6 ubob x9.5 y47.1
        n4 v1 dV t2020-01-03T00:00:00Z i5 ualice x9.5 y47.1
    """)
    assert current("node")[1][2] == current("node")[4][2] == 71
    assert current("node")[2][2] == 72
    assert {changeset.pk: changeset.user_id for changeset in Changeset.objects.all()} == {70: 6, 71: 5, 72: 6}


def test_elements_without_metadata_get_version_1_and_the_time_of_the_import(tmp_path: Path) -> None:
    before = timezone.now() - timedelta(seconds=1)
    load_xml('<osm><node id="1" lat="1" lon="2"/><way id="1"><nd ref="1"/></way><relation id="1"/></osm>')
    for kind in ("node", "way", "relation"):
        version, visible, changeset, timestamp = current(kind)[1][:4]
        assert (version, visible, changeset) == (1, True, 0)
        assert before <= timestamp <= timezone.now()
        assert timestamp.microsecond == 0
    again = write(tmp_path / "again.osm", '<osm>\n<node id="1" lat="1" lon="2"/></osm>')
    assert "nothing new" in run(again)[0]


def test_a_user_gets_the_latest_name() -> None:
    load("""
        n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ufirst x1 y1
        n1 v2 dV c2 t2022-01-01T00:00:00Z i5 ulast x1 y1
        n2 v1 dV c3 t2021-01-01T00:00:00Z i5 ubetween x1 y1
    """)
    assert User.objects.get(id=5).display_name == "last"


def test_a_later_import_neither_renames_users_nor_takes_their_names() -> None:
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y1")
    summary = load("""
        n2 v1 dV c2 t2021-01-01T00:00:00Z i5 ualicia x1 y1
        n3 v1 dV c3 t2021-01-01T00:00:00Z i6 ualice x1 y1
        n4 v1 dV c4 t2021-01-01T00:00:00Z i7 ualice x1 y1
    """)
    assert dict(User.objects.values_list("id", "display_name")) == {5: "alice", 6: "alice_6", 7: "alice_7"}
    assert len(summary.remarks) == 2


def test_a_user_without_a_name_is_named_after_the_id() -> None:
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 u x1 y1")
    assert User.objects.get(id=5).display_name == "user_5"


def test_a_new_user_never_collides_with_an_imported_one() -> None:
    load("""
        n1 v1 dV c1 t2020-01-01T00:00:00Z i3000000000 ualice x1 y1
        n2 v1 dV c2 t2020-01-01T00:00:00Z i4 ubob x1 y1
    """)
    carol = User.objects.create_user("carol", "carol@example.org", "secret")
    assert carol.pk > 3_000_000_000


def test_accounts_are_created_for_authors_of_comments() -> None:
    load_xml("""
        <osm><changeset id="1" created_at="2020-01-01T00:00:00Z" uid="5" user="alice" open="false">
        <discussion><comment id="1" date="2019-01-02T00:00:00Z" uid="6" user="bob"><text>hm</text></comment>
        <comment id="2" date="2020-01-03T00:00:00Z"><text>anonymous</text></comment></discussion></changeset>
        </osm>
    """)
    bob = User.objects.get(id=6)
    assert bob.created_at.year == 2019
    assert bob.changesets_count == 0
    assert User.objects.filter(id=ANONYMOUS_AUTHOR_ID).exists()


@pytest.mark.parametrize(
    ("attributes", "is_open"),
    [
        ('closed_at="2999-01-01T00:00:00Z"', True),
        ('closed_at="2019-01-01T00:00:00Z"', False),
        ('open="true"', True),
        ('open="false"', False),
        ("", False),
        ('open="false" closed_at="2999-01-01T00:00:00Z"', False),
    ],
)
def test_a_changeset_is_open_if_its_end_is_in_the_future(attributes: str, is_open: bool) -> None:
    load_xml(
        f'<osm><changeset id="1" created_at="2018-01-01T00:00:00Z" uid="5" user="alice" {attributes}/></osm>'
    )
    assert Changeset.objects.get().is_open(timezone.now() + timedelta(seconds=2)) is is_open


def test_a_described_changeset_overrides_what_its_elements_say() -> None:
    load_xml("""
        <osm>
          <node id="1" version="1" lat="1" lon="2" changeset="7" uid="5" user="alice"
            timestamp="2020-01-01T00:00:00Z"/>
          <changeset id="7" created_at="2019-12-31T23:00:00Z" closed_at="2020-01-01T00:30:00Z" num_changes="0"
            uid="5" user="alice"><tag k="created_by" v="iD"/></changeset>
        </osm>
    """)
    changeset = Changeset.objects.get(id=7)
    assert changeset.num_changes == 0
    assert changeset.bbox is None
    assert changeset.tags == {"created_by": "iD"}
    assert changeset.created_at.hour == 23
    assert current("node")[1][2] == 7


def test_a_later_changeset_dump_completes_derived_changesets() -> None:
    load("n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x1 y2")
    load_xml("""
        <osm><changeset id="7" created_at="2019-12-31T23:00:00Z" closed_at="2020-01-01T00:30:00Z"
          num_changes="9"
          min_lat="0" min_lon="0" max_lat="5" max_lon="5"
          uid="5" user="alice"><tag k="comment" v="x"/></changeset>
        </osm>
    """)
    changeset = Changeset.objects.get(id=7)
    assert (changeset.num_changes, changeset.tags) == (9, {"comment": "x"})
    assert changeset.bbox == (0, 0, 50_000_000, 50_000_000)
    assert User.objects.get(id=5).changesets_count == 1


def test_a_second_extract_makes_the_changesets_grow() -> None:
    load("n1 v1 dV c7 t2020-01-01T02:00:00Z i5 ualice x1 y2")
    load("n2 v1 dV c7 t2020-01-01T01:00:00Z i5 ualice x3 y4")
    changeset = Changeset.objects.get(id=7)
    assert changeset.num_changes == 2
    assert changeset.bbox == (10_000_000, 20_000_000, 30_000_000, 40_000_000)
    assert (changeset.created_at.hour, changeset.closed_at.hour) == (1, 2)


def test_a_changeset_with_several_authors_gets_one_owner_and_a_remark() -> None:
    summary = load("""
        n1 v1 dV c7 t2020-01-01T00:00:00Z i6 ubob x1 y2
        n2 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x1 y2
    """)
    assert Changeset.objects.get().user_id == 5
    assert "changesets (the first is 7)" in summary.remarks[0]
