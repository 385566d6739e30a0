"""The worker and the database are killed while features are built and brought up to date: the next start catches up, and
a rebuild changes nothing.

OSMSITE_KILL_ROUNDS sets how often (3 by default; 20 take about six minutes).
"""

import gzip
import hashlib
import random
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import psycopg
import pytest

from apps.instance import embedded
from bench.instance import free_port
from bench.mapper import Mapper
from tests.extracts import SAMPLE
from tests.instance.live import Up, environment, importer_token, is_main_process, manage, processes_of, up
from tests.instance.test_kill import ROUNDS
from tests.instance.test_kill_uploads import wait_until_it_accepts_changes

pytestmark = pytest.mark.slow

MOVED = 400
"""Nodes that an edit moves."""
VICTIMS = ["postgres", "worker", "process of a task"]
COLUMNS = "type, id, version, shape, min_zoom, importance, admin_level, size, key, value, tags::text, names, label, box"
WAITING = """
SELECT count(*) FROM journal
WHERE number IS NULL OR number > coalesce((SELECT number FROM journal_readers WHERE name = 'features'), 0)
"""
EVERYTHING = "INSERT INTO journal (nodes, ways, relations, is_everything) VALUES ('{}', '{}', '{}', true)"


def query(data_dir: Path, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def is_waiting(data_dir: Path) -> bool:
    """Return whether something has been committed that is not in the features yet."""
    return query(data_dir, WAITING) != [(0,)]


def wait_until_followed(data_dir: Path) -> float:
    """Wait until all that was committed is in the features. Returns how long that took."""
    began = time.monotonic()
    while is_waiting(data_dir):
        assert time.monotonic() < began + 100
        time.sleep(0.05)
    return time.monotonic() - began


def contents(data_dir: Path) -> str:
    """Return a digest of all features."""
    rows = query(data_dir, f"SELECT {COLUMNS}, encode(geometry, 'hex') FROM features ORDER BY type, id")
    assert len(rows) > 1000
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def tiles(port: int, places: list[tuple[object, ...]]) -> list[bytes]:
    """Return the tiles of some places, not compressed, at zooms that are never stale."""
    found = []
    for z in (10, 12, 14):
        for x, y in sorted({(int(str(x)) >> (32 - z), int(str(y)) >> (32 - z)) for x, y in places}):
            url = f"http://127.0.0.1:{port}/tiles/shortbread_v1/{z}/{x}/{y}.mvt"
            with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=30) as response:
                body = response.read()
            found.append(gzip.decompress(body) if body else b"")
    return found


def edit(data_dir: Path, mapper: Mapper) -> None:
    """Move nodes of ways, and delete a lonely one."""
    changeset = mapper.open_changeset("moved")
    moved = query(
        data_dir,
        "SELECT id, version, lat, lon, tags::text FROM nodes n WHERE visible AND tags::text = '{}' "
        f"AND EXISTS (SELECT FROM way_nodes w WHERE w.node_id = n.id) ORDER BY random() LIMIT {MOVED}",
    )
    nodes = "".join(
        f'<node id="{id_}" version="{version}" changeset="{changeset}" lat="{_shifted(lat)}" lon="{_shifted(lon)}"/>'
        for id_, version, lat, lon, _ in moved
    )
    lonely = query(
        data_dir,
        "SELECT id, version FROM nodes n WHERE visible AND tags::text <> '{}' "
        "AND NOT EXISTS (SELECT FROM way_nodes w WHERE w.node_id = n.id) "
        "AND NOT EXISTS (SELECT FROM relation_members m WHERE m.member_type = 1 AND m.member_id = n.id) LIMIT 3",
    )
    gone = "".join(
        f'<node id="{id_}" version="{version}" changeset="{changeset}"/>' for id_, version in lonely
    )
    mapper.upload(
        changeset, f"<osmChange><modify>{nodes}</modify><delete>{gone}</delete></osmChange>".encode()
    )


def _shifted(coordinate: object) -> str:
    return f"{int(str(coordinate)) / 1e7 + random.uniform(-0.001, 0.001):.7f}"


def kill(data_dir: Path, victim: str) -> None:
    """Kill a program with all its processes, or only those of the worker that run tasks."""
    name = "postgres" if victim == "postgres" else "celery"
    mains = [process for process in processes_of(data_dir) if is_main_process(process, name)]
    doomed = [child for main in mains for child in main.children(recursive=True)]
    if victim != "process of a task":
        doomed = [*mains, *doomed]
    assert doomed
    for process in doomed:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def test_features_survive_the_death_of_the_worker_and_the_database(
    new_data_dir: Callable[[str], Path],
) -> None:
    data_dir = new_data_dir("kill-features")
    env = environment(data_dir)
    token = importer_token(env)
    imported = manage(env, "import_osm", str(SAMPLE))
    assert imported.returncode == 0, imported.stderr
    port, hits = free_port(), 0
    with ExitStack() as instances:
        running: Up | None = None
        for number in range(ROUNDS):
            victim, seconds = VICTIMS[number % len(VICTIMS)], random.uniform(0, 1.5)
            is_build = number % 2 == 0
            if running is None:
                running = instances.enter_context(up(env, port=port))
            wait_until_followed(data_dir)
            places = query(data_dir, "SELECT label[0]::bigint, label[1]::bigint FROM features LIMIT 20")
            tiles(port, places)
            mapper = Mapper(f"http://127.0.0.1:{port}", token)
            if is_build:
                query(data_dir, EVERYTHING)
            edit(data_dir, mapper)
            time.sleep(seconds)
            was_waiting = is_waiting(data_dir)
            kill(data_dir, victim)
            if victim != "process of a task":
                assert running.process.wait(20) == 1, running.printed()
                running = instances.enter_context(up(env, port=port))
            wait_until_it_accepts_changes(mapper)
            if victim == "process of a task":
                # The worker has not been started again: the next edit wakes it.
                edit(data_dir, mapper)
            took = wait_until_followed(data_dir)
            found = contents(data_dir), tiles(port, places)
            done = manage(env, "features", "rebuild")
            assert done.returncode == 0, done.stderr
            assert contents(data_dir) == found[0]
            assert tiles(port, places) == found[1]
            hits += was_waiting
            sys.stdout.write(
                f"round {number + 1}: {victim} after {seconds:.2f} s, {'in' if was_waiting else 'not in'} the middle of "
                f"{'a build' if is_build else 'an update'}; caught up in {took:.1f} s\n"
            )
    sys.stdout.write(f"{hits} of {ROUNDS} in the middle of the work\n")
