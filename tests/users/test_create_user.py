"""`manage.py create_user`."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from apps.instance.sequences import sequences
from apps.users.models import User

pytestmark = pytest.mark.django_db


def create(capsys: pytest.CaptureFixture[str], name: str, *flags: str) -> User:
    call_command(
        "create_user",
        name,
        "--email",
        f"{name.encode().hex()[:40]}@example.org",
        "--password",
        "secret",
        *flags,
    )
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out == f"{int(printed.out)}\n"
    return User.objects.get(pk=int(printed.out))


def test_by_default_the_user_is_active_has_agreed_and_edits_publicly(
    capsys: pytest.CaptureFixture[str],
) -> None:
    user = create(capsys, "alice")
    assert user.display_name == "alice"
    assert user.status == "active"
    assert user.email_valid
    assert user.terms_seen
    assert user.terms_agreed is not None
    assert user.data_public
    assert user.check_password("secret")
    assert not user.roles.exists()


def test_roles_status_and_time_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    user = create(
        capsys,
        "maria",
        *("--role", "moderator", "--role", "administrator", "--role", "moderator"),
        *("--status", "confirmed", "--created", "2010-05-06T07:08:09Z", "--no-public-edits"),
    )
    assert {role.role for role in user.roles.all()} == {"moderator", "administrator"}
    assert user.status == "confirmed"
    assert user.created_at == datetime(2010, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert not user.data_public


@pytest.mark.parametrize(
    ("terms", "seen", "agreed"), [("agreed", True, True), ("declined", True, False), ("unseen", False, False)]
)
def test_agreement_to_the_terms_can_be_chosen(
    capsys: pytest.CaptureFixture[str], terms: str, seen: bool, agreed: bool
) -> None:
    user = create(capsys, "alice", "--terms", terms)
    assert (user.terms_seen, user.terms_agreed is not None) == (seen, agreed)


def test_a_pending_user_has_not_confirmed_the_email(capsys: pytest.CaptureFixture[str]) -> None:
    assert not create(capsys, "alice", "--status", "pending").email_valid


def test_it_never_takes_the_id_of_an_imported_user(capsys: pytest.CaptureFixture[str]) -> None:
    next_id = next(found.next_id for found in sequences("users_user"))
    imported = User.objects.create(pk=next_id + 1000, display_name="bob")
    assert create(capsys, "alice").pk > imported.pk
    assert create(capsys, "carol").pk > imported.pk


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "ab",
            "x" * 256,
            " alice",
            "alice ",
            "a/b/c",
            "alice;",
            "alice.b",
            "a,bc",
            "who?",
            "100%",
            "#alice",
        ),
        *("ali\tce", "ali\x07ce", "ali\u2028ce", "terms", "confirm-email", "user_999999", "a\u0301\u0301"),
    ],
)
def test_it_rejects_invalid_names(name: str) -> None:
    with pytest.raises(CommandError, match="display name"):
        call_command("create_user", name, "--email", "alice@example.org", "--password", "secret")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name", ["abc", "x" * 255, "地図帳", "Ünï Cödé", "user_x", "New", "a'b\"c<d>&", "alice@home"]
)
def test_it_accepts_unusual_names(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert create(capsys, name).display_name == name


@pytest.mark.parametrize("name", ["alice", "ALICE", "ａlice"])
def test_it_rejects_a_name_that_looks_like_another(alice: User, name: str) -> None:
    with pytest.raises(CommandError, match="already in use"):
        call_command("create_user", name, "--email", "other@example.org", "--password", "secret")


def test_it_rejects_an_email_in_use(alice: User) -> None:
    with pytest.raises(CommandError, match="email address is already in use"):
        call_command("create_user", "carol", "--email", "Alice@example.org", "--password", "secret")


@pytest.mark.parametrize("address", ["", "alice", "alice@", " alice@example.org", "a b@example.org"])
def test_it_rejects_an_invalid_email(address: str) -> None:
    with pytest.raises(CommandError, match="email address is not valid"):
        call_command("create_user", "alice", "--email", address, "--password", "secret")
