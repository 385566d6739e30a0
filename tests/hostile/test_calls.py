"""Spoilt calls to everything that takes calls: they are answered, in time, and what is refused leaves nothing behind.

OSMSITE_HOSTILE sets how many (300 by default), OSMSITE_HOSTILE_SEED which.
"""

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.changesets import discussion
from apps.changesets.models import Changeset
from apps.messaging import actions as messaging
from apps.moderation.models import Redaction
from apps.notes import actions as notes
from apps.traces import importer
from apps.traces.models import Trace
from apps.users.models import User, UserPreference
from osmsite.handler import Request
from tests import worlds
from tests.api06.conftest import EDITED_WORLD

from .calls import OPEN, Call
from .mutations import spoilt

COUNT = int(os.environ.get("OSMSITE_HOSTILE", "300"))
SEED = int(os.environ.get("OSMSITE_HOSTILE_SEED", "1"))
SLOWEST = 10
"""Seconds an answer may take, on a machine that has more to do."""
EVERYTHING = (
    "read_prefs write_prefs write_api read_gpx write_gpx write_notes write_redactions write_blocks "
    "consume_messages send_messages"
)
FLEETING = {"django_session"}
"""Tables that may be written to by a call that is refused."""


@pytest.fixture(autouse=True)
def _requests_as_the_web_server_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.test.client.WSGIRequest", Request)


@pytest.fixture
def small_ids(db: None) -> None:
    """The first of a kind has the number 1, as the calls say, whatever other tests have made before."""
    with connection.cursor() as cursor:
        # Not of the tables that the migrations fill.
        cursor.execute(
            "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences "
            "WHERE sequencename !~ '^(django|auth|oauth)_'"
        )
        cursor.execute("; ".join(row[0] for row in cursor.fetchall()))


@pytest.fixture
def clients(small_ids: None, alice: User, bob: User, moderator: User, administrator: User) -> list[Client]:
    """A visitor, a mapper, a moderator and an administrator, each with all that a token and a session can give."""
    worlds.load(EDITED_WORLD)
    closes = timezone.now() + timedelta(hours=1)
    for number in (OPEN, OPEN + 1):
        Changeset.objects.create(id=number, user=alice, closed_at=closes)
    discussion.comment(bob, changeset_id=1, text="x")
    Redaction.objects.create(id=1, user=moderator, title="x", description="y")
    notes.create(bob, lat=47.1, lon=9.5, text="A bench")
    messaging.send(bob, recipient=alice, title="Hello", body="A text")
    UserPreference.objects.create(user=alice, k="color", v="dark")
    clients = [Client(raise_request_exception=False)]
    for user in (alice, moderator, administrator):
        ends = timezone.now() + timedelta(days=1)
        AccessToken.objects.create(user=user, token=f"of-{user.pk}", scope=EVERYTHING, expires=ends)
        client = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer of-{user.pk}")
        client.force_login(user)
        clients.append(client)
    # Most of the calls are those of a mapper.
    return [*clients, clients[1], clients[1]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; none is there at the end."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def send(client: Client, call: Call) -> int:
    environ = {
        "HTTP_" + name.upper().replace("-", "_"): value.encode(errors="surrogatepass").decode("latin-1")
        for name, value in call.headers.items()
    }
    response = client.generic(
        call.method,
        call.path,
        call.body,
        call.content_type.encode().decode("latin-1"),
        QUERY_STRING=call.query,
        **environ,  # type: ignore[arg-type]
    )
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.status_code


def rows() -> dict[str, str]:
    """Of each table, a digest of all that stands in it."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - FLEETING)
        parts = (
            f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"
            for name in tables
        )
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def work() -> None:
    """What the worker does about the traces that were accepted; each is imported, or says why not."""
    for trace in Trace.objects.filter(state=Trace.State.WAITING, visible=True):
        importer.run(trace.pk)
        trace.refresh_from_db()
        assert trace.state == Trace.State.IMPORTED or trace.failure


def test_spoilt_calls_are_answered_in_time_and_what_is_refused_leaves_nothing_behind(
    clients: list[Client], folder: Path, trace_files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    troubles = []
    before, stored = rows(), files(trace_files)
    for number, call in enumerate(spoilt(SEED, COUNT)):
        caplog.clear()
        began = time.monotonic()
        status = send(clients[number % len(clients)], call)
        took = time.monotonic() - began
        now, kept = rows(), files(trace_files)
        what = (
            f"{number}: {call.method} {call.path[:80]}?{call.query[:80]} {call.headers} {call.body[:200]!r}"
        )
        if status >= 500:
            troubles.append(f"{status} {what}\n{caplog.text[-1500:]}")
        if took > SLOWEST:
            troubles.append(f"took {took:.1f} s: {what}")
        if status >= 400:
            if changed := {name for name in now if now[name] != before[name]}:
                troubles.append(f"{status}, but {changed} changed: {what}")
            if kept != stored:
                troubles.append(f"{status}, but {kept - stored} was kept: {what}")
        if kept != stored:
            work()
            now, kept = rows(), files(trace_files)
        before, stored = now, kept
    assert not troubles, f"{len(troubles)} troubles\n" + "\n\n".join(troubles[:20])


@pytest.mark.parametrize("path", ["/api/0.6/changesets", "/api/0.6/changeset/1/comment", "/login"])
@pytest.mark.parametrize(
    "charset",
    [
        *("idna", "hex", "utf-16", "punycode"),
        pytest.param("x" * 20_000, id="long"),
        pytest.param("a;" * 20_000, id="many"),
    ],
)
def test_no_charset_is_too_odd(clients: list[Client], path: str, charset: str) -> None:
    for method in ("GET", "POST"):
        content_type = f"application/x-www-form-urlencoded; charset={charset}"
        for query in ("from=x", "a=b&" * 1500):
            call = Call(method, path, query=query, body=b"text=x&username=y", content_type=content_type)
            assert send(clients[1], call) < 500
