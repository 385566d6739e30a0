"""Each statement of a page has a time limit of its own, and the API's another."""

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from apps.changesets import querysets
from tests.api06.client import get


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """A database that takes a minute to find a changeset."""

    def find(changeset_id: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(querysets, "access_changeset", find)


def test_a_page_that_takes_too_long_says_so(slow: None, client: Client, settings: Settings) -> None:
    settings.WEB_TIMEOUT = 0.05
    response = client.get("/changeset/1")
    assert response.status_code == 504
    assert "took too long" in response.content.decode()
    assert client.get("/changeset/1", headers={"Accept": "application/json"}).content == b""


def test_the_limit_of_pages_ends_with_the_page(client: Client, village: None, settings: Settings) -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    assert limit() == "5min"
    assert client.get("/changeset/1").status_code == 200
    assert limit() == "5min"


def test_a_call_that_takes_too_long_says_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(**_conditions: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50; SELECT pg_sleep(60)")

    monkeypatch.setattr(
        "apps.changesets.search.find_changesets", lambda _now, **conditions: find(**conditions)
    )
    response = get("changesets")
    assert (response.status, response.text) == (408, "Request timed out")
