"""`manage.py doctor`."""

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept that the suite's own server runs without fsync, which doctor would report."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync')")
        if cursor.fetchone() == ("off",):
            monkeypatch.setattr("apps.instance.diagnosis.DURABLE", ("off", "off"))


def test_a_healthy_instance_is_ok(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor")
    printed = capsys.readouterr().out
    assert "wrong" not in printed
    for what in ("PostgreSQL", "Redis", "migrations", "sequences", "free disk", "secret key", "data folder"):
        assert f"ok     {what}" in printed


def test_a_sequence_behind_the_ids_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('users_user', 'id'))")
        next_id = cursor.fetchone()[0] + 1
    User.objects.create(pk=next_id, display_name="alice")
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert f"users_user has id {next_id}, but the next id is {next_id}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["secret_key", "signing_key.pem"])
def test_a_key_readable_by_others_is_made_private(capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = django_settings.DATA_DIR / name
    path.chmod(0o644)
    call_command("doctor")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "mode 0600" in capsys.readouterr().out


def test_an_unreachable_redis_is_reported(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "wrong  Redis" in capsys.readouterr().out


def test_a_wrong_setting_is_reported(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.STATUS = "asleep"
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "osmsite.E001" in capsys.readouterr().out


def test_pending_migrations_are_reported_and_not_applied(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "1 pending" in capsys.readouterr().out
