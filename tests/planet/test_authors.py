"""Authors in files never become accounts that were made here (docs/decisions/0008-imported-authors.md)."""

from pathlib import Path

import pytest

from apps.changesets.models import Changeset, ChangesetComment
from apps.planet.authors import FIRST_LOCAL_ID
from apps.planet.models import ImportedAuthor
from apps.users.actions import create_user
from apps.users.models import User
from tests.api06.client import get
from tests.planet.helpers import run, write
from tests.worlds import load, load_xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def local(db: None) -> User:
    """An account that was made here, with an id that somebody elsewhere has too."""
    User.objects.filter(pk=3069933).delete()
    return User.objects.create(pk=3069933, display_name="bob", email="bob@example.org")


FILE = """
    <osm version="0.6">
      <node id="95" version="1" changeset="95" timestamp="2022-01-01T00:00:00Z" uid="3069933" user="bob from elsewhere"
        lat="47.1" lon="9.5"/>
      <changeset id="96" created_at="2022-01-01T00:00:00Z" closed_at="2022-01-01T01:00:00Z" open="false" uid="3069933"
        user="bob from elsewhere" num_changes="0" comments_count="0"><tag k="comment" v="import me"/><discussion>
        <comment id="7" uid="3069933" user="bob from elsewhere" date="2022-01-02T00:00:00Z"><text>Hi</text></comment>
        <comment id="8" uid="12" user="anna" date="2022-01-02T00:00:00Z"><text>Hi</text></comment>
      </discussion></changeset>
      <way id="95" version="1" uid="3069933" user="bob from elsewhere"><nd ref="95"/></way>
    </osm>
"""


def test_a_local_account_never_gets_the_edits_of_an_author_with_the_same_id(local: User) -> None:
    summary = load_xml(FILE)
    foreign = User.objects.get(display_name="bob from elsewhere")
    assert foreign.pk >= FIRST_LOCAL_ID
    assert Changeset.objects.filter(user=local).count() == 0
    assert Changeset.objects.filter(user=foreign).count() == 3
    assert dict(ChangesetComment.objects.values_list("id", "author_id")) == {7: foreign.pk, 8: 12}
    local.refresh_from_db()
    assert (local.display_name, local.changesets_count) == ("bob", 0)
    assert foreign.changesets_count == 3
    (remark,) = summary.remarks
    assert remark == (
        f"author 3069933 is user {foreign.pk} here: the id belongs to an account that was made here (1 in all)"
    )
    assert get("node/95").xml[0].get("uid") == str(foreign.pk)
    assert get("changeset/96").xml[0].get("user") == "bob from elsewhere"


def test_later_files_mean_the_same_author(local: User, tmp_path: Path) -> None:
    load_xml(FILE)
    foreign = User.objects.get(display_name="bob from elsewhere")
    load("n9 v1 dV c97 t2023-01-01T00:00:00Z i3069933 urenamed x1 y1")
    assert Changeset.objects.get(pk=97).user_id == foreign.pk
    out, err = run(write(tmp_path / "again.osm", FILE + "\n"))
    assert "nothing new" in out
    assert f"3069933 is user {foreign.pk} here" in err
    assert User.objects.filter(display_name__contains="elsewhere").count() == 1


def test_an_author_of_an_earlier_import_keeps_the_id() -> None:
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y1")
    summary = load("n2 v1 dV c2 t2020-01-01T00:00:00Z i5 ualice x1 y1")
    assert summary.remarks == []
    assert Changeset.objects.get(pk=2).user_id == 5
    assert set(ImportedAuthor.objects.values_list("uid", "user_id")) >= {(5, 5)}


def test_accounts_made_after_an_import_have_ids_that_imports_do_not_reach() -> None:
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y1")
    carol = create_user("carol", email="carol@example.org", password="correct horse")
    assert carol.pk >= FIRST_LOCAL_ID
    summary = load(f"n2 v1 dV c2 t2020-01-01T00:00:00Z i{carol.pk} udave x1 y1")
    assert len(summary.remarks) == 1
    dave = Changeset.objects.get(pk=2).user
    assert (dave.display_name, dave.pk > carol.pk) == ("dave", True)


def test_an_account_that_stands_for_a_mapped_author_is_not_a_uid_itself(local: User) -> None:
    load_xml(FILE)
    foreign = User.objects.get(display_name="bob from elsewhere")
    load(f"n2 v1 dV c2 t2020-01-01T00:00:00Z i{foreign.pk} ueve x1 y1")
    eve = Changeset.objects.get(pk=2).user
    assert eve.display_name == "eve"
    assert eve.pk not in {foreign.pk, local.pk}


def test_a_deleted_local_account_does_not_get_edits_either(local: User) -> None:
    User.objects.filter(pk=local.pk).update(email=None, status=User.Status.DELETED)
    load_xml(FILE)
    assert Changeset.objects.filter(user=local).count() == 0


def test_many_authors_are_named_by_the_first_five() -> None:
    for number in range(1, 8):
        User.objects.create(pk=700 + number, display_name=f"local {number}", email=f"{number}@example.org")
    lines = (f"n{n} v1 dV c{n} t2020-01-01T00:00:00Z i{700 + n} uu{n} x1 y1\n" for n in range(1, 8))
    (remark,) = load("".join(lines)).remarks
    assert remark.endswith(" here, ...: the id belongs to an account that was made here (7 in all)")
    assert remark.count("is user") == 5
