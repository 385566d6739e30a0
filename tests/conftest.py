"""The people in the tests: alice and bob map, mallory is blocked, and two of them look after the others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from apps.planet.authors import FIRST_LOCAL_ID
from apps.traces.models import Trace
from apps.users.models import User, UserBlock, UserRole
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 (pytest looks for hooks here)
from tests.tables import empty_tables

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """After a test that commits, empty the tables in our own way instead of with Django's `flush`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(autouse=True)
def _forget_rate_limits() -> None:
    """Reset the rate limits that other tests have used up."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Give people ids that no author in a world has."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name, GREATEST(%s, COALESCE(pg_sequence_last_value(name::regclass), 0)))"
            " FROM pg_get_serial_sequence('users_user', 'id') AS name",
            [FIRST_LOCAL_ID],
        )


def make_user(name: str, *, role: UserRole.Role | None = None) -> User:
    """Create an active user who has agreed to the terms and whose edits are public."""
    user = User.objects.create_user(
        name,
        f"{name}@example.org",
        PASSWORD,
        status=User.Status.ACTIVE,
        email_valid=True,
        terms_seen=True,
        terms_agreed=timezone.now(),
        tou_agreed=timezone.now(),
    )
    if role is not None:
        user.roles.create(role=role)
    return user


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def moderator(db: None) -> User:
    return make_user("moderator", role=UserRole.Role.MODERATOR)


@pytest.fixture
def administrator(db: None) -> User:
    return make_user("administrator", role=UserRole.Role.ADMINISTRATOR)


@pytest.fixture
def mallory(db: None, moderator: User) -> User:
    """Blocked for a day."""
    user = make_user("mallory")
    UserBlock.objects.create(
        user=user, creator=moderator, reason="Vandalism", ends_at=timezone.now() + timedelta(days=1)
    )
    return user


@pytest.fixture
def trace_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for uploaded files that belongs to this test alone."""
    folder = tmp_path / "traces"
    # The field keeps the storage it was created with; a test that changes settings recreates the other one.
    for storage in (storages["traces"], Trace._meta.get_field("file").storage):
        assert isinstance(storage, FileSystemStorage)
        monkeypatch.setitem(storage.__dict__, "base_location", str(folder))
        monkeypatch.setitem(storage.__dict__, "location", str(folder))
    return folder
