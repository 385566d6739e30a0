from datetime import timedelta

from django.utils import timezone

from apps.changesets import actions
from apps.changesets.models import Changeset
from apps.elements.models import IdempotencyRecord, Node
from apps.users.models import User

from .client import send
from .uploads import CREATE, upload


def test_a_repeated_upload_gets_the_same_response_and_changes_nothing(changeset: Changeset) -> None:
    first = upload(changeset, CREATE)
    nodes = Node.objects.count()
    again = upload(changeset, CREATE)
    assert (again.status, again.body) == (200, first.body)
    assert Node.objects.count() == nodes
    changeset.refresh_from_db()
    assert changeset.num_changes == 4
    assert upload(changeset, CREATE + CREATE.replace('id="-', 'id="-9')).body != first.body


def test_a_repeated_modify_is_not_a_conflict_but_a_different_one_is(changeset: Changeset) -> None:
    modify = '<modify><node id="1" version="1" CS lat="47.15" lon="9.55"/></modify>'
    assert upload(changeset, modify).body == upload(changeset, modify).body
    assert upload(changeset, modify.replace("9.55", "9.56")).status == 409


def test_a_repetition_gets_its_response_even_if_the_changeset_was_closed(changeset: Changeset) -> None:
    first = upload(changeset, CREATE)
    Changeset.objects.filter(pk=changeset.pk).update(closed_at="2020-01-01T12:34:56Z")
    assert upload(changeset, CREATE).body == first.body
    assert upload(changeset, CREATE.replace("47.3", "47.31")).status == 409


def test_an_idempotency_record_expires_after_a_day(changeset: Changeset) -> None:
    first = upload(changeset, CREATE)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert upload(changeset, CREATE).body != first.body
    assert IdempotencyRecord.objects.count() == 1


def test_idempotency_keys_distinguish_repetitions_from_intended_uploads(changeset: Changeset) -> None:
    body = f"<osmChange>{CREATE}</osmChange>".replace("CS", f'changeset="{changeset.pk}"')
    path = f"changeset/{changeset.pk}/upload"
    first = send("POST", path, body, Idempotency_Key="one")
    assert send("POST", path, body, Idempotency_Key="one").body == first.body
    assert send("POST", path, body, Idempotency_Key="two").body != first.body
    other = send("POST", path, body.replace("47.3", "47.31"), Idempotency_Key="one")
    assert (other.status, other.text) == (
        409,
        "The Idempotency-Key one was sent with another document before",
    )


def test_the_same_document_in_another_changeset_is_not_a_repetition(
    changeset: Changeset, alice: User
) -> None:
    other = actions.open_changeset(alice, tags={})
    document = "<osmChange/>"
    for one in (changeset, other):
        assert send("POST", f"changeset/{one.pk}/upload", document).status == 200
    assert IdempotencyRecord.objects.count() == 2


def test_a_refused_upload_stores_no_idempotency_record(changeset: Changeset) -> None:
    assert upload(changeset, '<delete><node id="1" version="1" CS/></delete>').status == 412
    assert not IdempotencyRecord.objects.exists()
