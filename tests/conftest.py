"""The persons who appear in the tests: alice and bob map, mallory is blocked, two look after the others."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

from apps.traces.models import Trace
from apps.users.models import User, UserBlock, UserRole
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 (pytest's hooks are found here)

PASSWORD = "correct horse battery"


def make_user(name: str, *, role: UserRole.Role | None = None) -> User:
    """An active user who has agreed to the terms and whose edits are public."""
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
    """A folder of the test's own for what is uploaded."""
    folder = tmp_path / "traces"
    # The field keeps the one it was made with; a test that changes settings makes the other anew.
    for storage in (storages["traces"], Trace._meta.get_field("file").storage):
        assert isinstance(storage, FileSystemStorage)
        monkeypatch.setitem(storage.__dict__, "base_location", str(folder))
        monkeypatch.setitem(storage.__dict__, "location", str(folder))
    return folder
