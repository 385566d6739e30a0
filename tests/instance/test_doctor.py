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
    """The suite's own server does without fsync, and doctor rightly says so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync')")
        if cursor.fetchone() == ("off",):
            monkeypatch.setattr("apps.instance.diagnosis.DURABLE", ("off", "off"))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_sound_instance_is_all_right(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("doctor")
    printed = said(capsys)
    assert "wrong" not in printed
    for what in ("PostgreSQL", "Redis", "migrations", "sequences", "free disk", "secret key", "data folder"):
        assert f"ok     {what}" in printed


def test_a_sequence_behind_the_ids_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('users_user', 'id'))")
        next_id = cursor.fetchone()[0] + 1
    User.objects.create(pk=next_id, display_name="alice")
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert f"users_user has id {next_id}, the next one is {next_id}" in said(capsys)


@pytest.mark.parametrize("name", ["secret_key", "signing_key.pem"])
def test_a_key_that_others_can_read_is_wrong(capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = django_settings.DATA_DIR / name
    path.chmod(0o644)
    try:
        with pytest.raises(CommandError, match="1 thing is wrong"):
            call_command("doctor")
    finally:
        path.chmod(0o600)
    assert f"chmod 600 {path}" in said(capsys)


def test_a_redis_that_does_not_answer_is_wrong(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "wrong  Redis" in said(capsys)


def test_a_wrong_setting_is_wrong(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.STATUS = "asleep"
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "osmsite.E001" in said(capsys)


def test_pending_migrations_are_wrong_and_are_not_applied(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    with pytest.raises(CommandError, match="1 thing is wrong"):
        call_command("doctor")
    assert "1 pending" in said(capsys)
