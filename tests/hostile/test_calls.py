"""Broken calls to every URL get a response in time, and refused ones leave nothing behind.

OSMSITE_HOSTILE sets how many calls are sent (300 by default), OSMSITE_HOSTILE_SEED which ones.
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
from .mutations import broken

COUNT = int(os.environ.get("OSMSITE_HOSTILE", "300"))
SEED = int(os.environ.get("OSMSITE_HOSTILE_SEED", "1"))
TIME_LIMIT = 10
"""Seconds that a response may take, on a busy machine."""
EVERYTHING = (
    "read_prefs write_prefs write_api read_gpx write_gpx write_notes write_redactions write_blocks "
    "consume_messages send_messages"
)
TRANSIENT = {"users_session"}
"""Tables that a refused call may write to."""


@pytest.fixture(autouse=True)
def _requests_as_the_web_server_creates_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.test.client.WSGIRequest", Request)


@pytest.fixture
def small_ids(db: None) -> None:
    """Restart the sequences: the calls assume that the first row of each table has the id 1."""
    with connection.cursor() as cursor:
        # Except for tables that migrations fill.
        cursor.execute(
            "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences "
            "WHERE sequencename !~ '^(django|auth|oauth)_'"
        )
        cursor.execute("; ".join(row[0] for row in cursor.fetchall()))


@pytest.fixture
def clients(small_ids: None, alice: User, bob: User, moderator: User, administrator: User) -> list[Client]:
    """A visitor, a mapper, a moderator and an administrator, each of these three with a session and a full token."""
    worlds.load(EDITED_WORLD)
    closed_at = timezone.now() + timedelta(hours=1)
    for number in (OPEN, OPEN + 1):
        Changeset.objects.create(id=number, user=alice, closed_at=closed_at)
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
    # Most calls are made by a mapper.
    return [*clients, clients[1], clients[1]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; checks that none are left at the end."""
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
    """Return a digest of the content of each table."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - TRANSIENT)
        parts = (
            f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t"
            for name in tables
        )
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def import_traces() -> None:
    """Import the accepted traces, as the worker does; each must be imported or fail with a reason."""
    for trace in Trace.objects.filter(state=Trace.State.WAITING, visible=True):
        importer.run(trace.pk)
        trace.refresh_from_db()
        assert trace.state == Trace.State.IMPORTED or trace.failure


def test_broken_calls_get_a_response_in_time_and_refused_ones_leave_nothing_behind(
    clients: list[Client], folder: Path, trace_files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    problems = []
    before, stored = rows(), files(trace_files)
    for number, call in enumerate(broken(SEED, COUNT)):
        caplog.clear()
        began = time.monotonic()
        status = send(clients[number % len(clients)], call)
        duration = time.monotonic() - began
        now, files_now = rows(), files(trace_files)
        what = (
            f"{number}: {call.method} {call.path[:80]}?{call.query[:80]} {call.headers} {call.body[:200]!r}"
        )
        if status >= 500:
            problems.append(f"{status} {what}\n{caplog.text[-1500:]}")
        if duration > TIME_LIMIT:
            problems.append(f"took {duration:.1f} s: {what}")
        if status >= 400:
            if changed := {name for name in now if now[name] != before[name]}:
                problems.append(f"{status}, but {changed} changed: {what}")
            if files_now != stored:
                problems.append(f"{status}, but {files_now - stored} was stored: {what}")
        if files_now != stored:
            import_traces()
            now, files_now = rows(), files(trace_files)
        before, stored = now, files_now
    assert not problems, f"{len(problems)} problems\n" + "\n\n".join(problems[:20])


@pytest.mark.parametrize("path", ["/api/0.6/changesets", "/api/0.6/changeset/1/comment", "/login"])
@pytest.mark.parametrize(
    "charset",
    [
        *("idna", "hex", "utf-16", "punycode"),
        pytest.param("x" * 20_000, id="long"),
        pytest.param("a;" * 20_000, id="many"),
    ],
)
def test_odd_charsets_cause_no_server_error(clients: list[Client], path: str, charset: str) -> None:
    for method in ("GET", "POST"):
        content_type = f"application/x-www-form-urlencoded; charset={charset}"
        for query in ("from=x", "a=b&" * 1500):
            call = Call(method, path, query=query, body=b"text=x&username=y", content_type=content_type)
            assert send(clients[1], call) < 500
