"""Invalid settings, and the messages that operators get about them."""

from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django.fixtures import Settings

from apps.instance.status import STATUS_MODES
from osmsite import checks
from osmsite.backends import trace_storage


def ids() -> list[str | None]:
    return [message.id for message in run_checks() if (message.id or "").startswith("osmsite.E")]


def test_the_defaults_are_valid() -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "check_id"),
    [
        ("STATUS", "asleep", "osmsite.E001"),
        ("PUBLIC_URL", "osm.example.org", "osmsite.E002"),
        ("PUBLIC_URL", "ftp://osm.example.org", "osmsite.E002"),
        ("PUBLIC_URL", "https://osm.example.org/map", "osmsite.E002"),
        ("PUBLIC_URL", "https://osm.example.org:port", "osmsite.E002"),
        ("MAX_NUMBER_OF_NODES", 0, "osmsite.E003"),
        ("API_TIMEOUT", -1, "osmsite.E003"),
        ("MAX_REQUEST_AREA", float("nan"), "osmsite.E003"),
        ("MAX_REQUEST_AREA", float("inf"), "osmsite.E003"),
        ("DEFAULT_NOTE_QUERY_LIMIT", 10_001, "osmsite.E004"),
        ("SECRET_KEY", "short", "osmsite.E005"),
        ("DEFAULT_EDITOR", "potlatch", "osmsite.E007"),
    ],
)
def test_each_invalid_value_has_its_own_id(
    settings: Settings, name: str, value: object, check_id: str
) -> None:
    setattr(settings, name, value)
    assert ids() == [check_id]


def test_every_limit_must_be_above_zero(settings: Settings) -> None:
    for name in settings.LIMITS:
        setattr(settings, name, 0)
    assert [message.msg for message in checks.limits()] == [
        f"OSMSITE_{name} is 0" for name in settings.LIMITS
    ]


@pytest.mark.parametrize("location", ["s3:bucket", "folder", "https://example.org/bucket", ""])
def test_an_invalid_storage_stops_the_start(location: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OSMSITE_TRACE_STORAGE"):
        trace_storage(location, data_dir=Path())


def test_traces_can_be_stored_in_a_bucket() -> None:
    options = trace_storage("s3://bucket/some/prefix", data_dir=Path())["OPTIONS"]
    assert options == {"bucket_name": "bucket", "location": "some/prefix"}


@pytest.mark.parametrize("status", STATUS_MODES)
def test_every_status_mode_is_valid(settings: Settings, status: str) -> None:
    settings.STATUS = status
    assert ids() == []


@pytest.mark.django_db
def test_an_old_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", int(cursor.fetchone()[0]) // 10_000 + 1)
    assert [found.id for found in run_checks(tags=[Tags.database], databases=["default"])] == ["osmsite.E006"]


def test_missing_packages_cause_a_warning(settings: Settings) -> None:
    settings.STATICFILES_DIRS = []
    [message] = checks.front_end_packages()
    assert message.id == "osmsite.W001"
    assert "maplibre" in message.msg


def test_installed_packages_cause_no_warning(settings: Settings, tmp_path: Path) -> None:
    settings.STATICFILES_DIRS = [(name, tmp_path) for name in checks.PACKAGES]
    settings.TAGGING_SCHEMA_DIR = tmp_path
    assert checks.front_end_packages() == []
    settings.TAGGING_SCHEMA_DIR = tmp_path / "none"
    settings.EDITOR_FOLDERS = {}
    [message] = checks.front_end_packages()
    assert message.msg.endswith("missing: id-tagging-schema, id")


def test_debugging_on_a_public_site_causes_a_warning(settings: Settings) -> None:
    settings.DEBUG = True
    assert checks.debugging_in_public() == []
    settings.PUBLIC_URL = "https://osm.example.org"
    [message] = checks.debugging_in_public()
    assert message.id == "osmsite.W002"
