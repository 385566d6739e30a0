"""Importing the same again changes nothing, and a killed import leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from apps.changesets.models import Changeset
from apps.elements.models import Node, OldNode
from apps.moderation.models import Redaction
from apps.planet import importer
from apps.planet.models import ImportedFile
from apps.users.models import User
from tests.planet.helpers import command_environment, convert, everything, index_definitions, run
from tests.worlds import load

WORLD = """\
n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1 Tname=Vaduz
n1 v2 dV c8 t2020-01-02T00:00:00Z i6 ubob x9.6 y47.1
n2 v3 dD c9 t2020-01-03T00:00:00Z i5 ualice x y
n3 v3 dV t2020-01-03T00:00:00Z i5 ualice x1 y1
n4 v3 dV c0 t2020-01-03T00:00:00Z i0 u x1 y1
w1 v2 dV c8 t2020-01-02T00:00:00Z i6 ubob Thighway=track Nn1,n2,n1
r1 v1 dV c8 t2020-01-02T00:00:00Z i6 ubob Mn1@a,w1@
"""


def state() -> tuple[object, ...]:
    return (
        everything(),
        list(Changeset.objects.order_by("id").values()),
        list(User.objects.order_by("id").values()),
    )


@pytest.mark.django_db
def test_the_same_file_is_skipped_the_second_time(tmp_path: Path) -> None:
    path = convert(WORLD, tmp_path / "world.osh.pbf")
    run(path)
    before = state()
    same = tmp_path / "same.osh.pbf"
    path.rename(same)
    out, _err = run(same)
    assert out == "same.osh.pbf: imported before, nothing to do\n"
    assert state() == before
    assert ImportedFile.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("order", [1, -1])
def test_another_file_with_the_same_content_changes_nothing(tmp_path: Path, order: int) -> None:
    run(convert(WORLD, tmp_path / "world.osh.pbf"))
    before = state()
    lines = WORLD.splitlines(keepends=True)[::order]
    out, _err = run(convert("".join(lines), tmp_path / "world.osh.gz"))
    assert "nothing new" in out
    assert state() == before


@pytest.mark.django_db
def test_a_file_without_changesets_does_not_contradict_one_with_them() -> None:
    load("n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1")
    before = state()
    assert load("n1 v1 dV t2020-01-01T00:00:00Z x9.5 y47.1").new_versions == 0
    assert state() == before


@pytest.mark.django_db
def test_a_redacted_version_stays_redacted(tmp_path: Path) -> None:
    run(convert(WORLD, tmp_path / "world.osh.pbf"))
    redaction = Redaction.objects.create(title="copied", user=User.objects.get(id=5))
    OldNode.objects.filter(id=1, version=1).update(redaction=redaction)
    run(convert(WORLD, tmp_path / "world.osh"))
    assert OldNode.objects.get(id=1, version=1).redaction_id == redaction.pk


@pytest.mark.django_db
def test_a_bulk_load_restores_the_indexes_and_stores_the_same_as_a_staged_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = index_definitions()
    monkeypatch.setattr(importer, "BULK_SIZE", 0)
    run(
        convert(
            WORLD.replace("n3 v3 dV t2020-01-03T00:00:00Z i5 ualice x1 y1\n", ""), tmp_path / "world.osh.pbf"
        )
    )
    assert index_definitions() == indexes
    bulk = state()
    # The staged import stores the same.
    for table in importer._TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    Changeset.objects.all().delete()
    User.objects.all().delete()
    lines = WORLD.replace("n3 v3 dV t2020-01-03T00:00:00Z i5 ualice x1 y1\n", "").splitlines(keepends=True)
    run(convert("".join(reversed(lines)), tmp_path / "reversed.opl"))
    staged = state()
    assert staged[:2] == bulk[:2]


@pytest.mark.django_db
def test_elements_can_be_created_right_after_an_import(tmp_path: Path) -> None:
    run(convert(WORLD, tmp_path / "world.osh.pbf"))
    alice = User.objects.get(id=5)
    changeset = Changeset.objects.create(user=alice, closed_at=alice.created_at)
    assert changeset.pk > 10
    node = Node.objects.create(version=1, changeset=changeset, lat=0, lon=0, tile=0)
    assert node.pk > 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("unsorted", [False, True])
def test_a_killed_import_leaves_the_database_unchanged(tmp_path: Path, unsorted: bool) -> None:
    lines = [
        f"n{id_} v1 dV c{id_ % 900 + 1} t2020-01-01T00:00:00Z i5 ualice x9.{id_} y47.{id_} Tname=a{id_}\n"
        for id_ in range(1, 60_000)
    ]
    if unsorted:
        lines.reverse()
    path = convert("".join(lines), tmp_path / "world.osh.pbf")
    # This makes the import wait at its very end, with all its rows written but not committed.
    indexes, sessions = index_definitions(), other_sessions()
    with connection.cursor() as blocker:
        blocker.execute("BEGIN; LOCK TABLE planet_importedfile IN SHARE MODE")
        command = subprocess.Popen(
            [sys.executable, "manage.py", "import_osm", path],
            cwd=settings.BASE_DIR,
            env=command_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for_import(command)
        os.kill(command.pid, signal.SIGKILL)
        command.wait()
        command.communicate()
        blocker.execute("ROLLBACK")
    wait_for_sessions_to_end(sessions)
    assert not any(everything().values())
    assert not Changeset.objects.exists()
    assert not User.objects.exists()
    assert index_definitions() == indexes

    subprocess.run(
        [sys.executable, "manage.py", "import_osm", path],
        cwd=settings.BASE_DIR,
        env=command_environment(),
        check=True,
        capture_output=True,
    )
    assert Node.objects.count() == 59_999


def wait_for_import(command: subprocess.Popen[bytes]) -> None:
    """Wait until the import waits for the lock that the test has taken."""
    for _attempt in range(600):
        assert command.poll() is None, command.stderr and command.stderr.read().decode()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                " AND relation = 'planet_importedfile'::regclass)"
            )
            if cursor.fetchone() == (True,):
                return
        time.sleep(0.05)
    raise AssertionError("the import did not get to its end")


def other_sessions() -> set[int]:
    """Return the process ids of all sessions but this one: servers of other tests leave some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor}


def wait_for_sessions_to_end(before: set[int]) -> None:
    """Wait until the server has noticed that the import is gone."""
    for _attempt in range(600):
        if not other_sessions() - before:
            return
        time.sleep(0.05)
    raise AssertionError("a session of the import is still there")
