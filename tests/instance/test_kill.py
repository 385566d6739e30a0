"""ServiceStatus of a running instance are killed at random moments, while rows are being committed.

OSMSITE_KILL_ROUNDS sets how often (3 by default; 20 take about two minutes).
"""

import os
import random
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from apps.instance import embedded
from tests.instance.live import environment, is_part, processes_of, up, wait_until_gone

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("OSMSITE_KILL_ROUNDS", "3"))
VICTIMS = ["web server", "postgres", "up"]


class Writer(threading.Thread):
    """Commits one number after another until the database goes away, and remembers which were confirmed."""

    def __init__(self, data_dir: Path, first: int) -> None:
        super().__init__()
        self.address = embedded.database_url(data_dir)
        self.next = first
        self.confirmed: list[int] = []

    def run(self) -> None:
        try:
            with psycopg.connect(self.address, autocommit=True) as connection:
                while True:
                    connection.execute("INSERT INTO kept (n) VALUES (%s)", [self.next])
                    self.confirmed.append(self.next)
                    self.next += 1
        except psycopg.OperationalError:
            return


def kept(data_dir: Path) -> list[int]:
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n bigint PRIMARY KEY)")
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n").fetchall()]


def test_no_committed_row_is_lost_and_the_next_start_works(tmp_path: Path) -> None:
    data_dir = tmp_path / "var"
    env = environment(data_dir)
    confirmed: set[int] = set()
    for number in range(ROUNDS):
        victim = VICTIMS[number % len(VICTIMS)]
        moment = random.uniform(0.05, 1.5)
        with up(env, "--no-celery") as running:
            assert running.status() < 500
            found = kept(data_dir)
            assert confirmed <= set(found)
            writer = Writer(data_dir, first=max(found, default=0) + 1)
            writer.start()
            threading.Event().wait(moment)
            if victim == "up":
                running.process.kill()
                running.process.wait()
            else:
                name = "granian" if victim == "web server" else "postgres"
                [process] = [process for process in processes_of(data_dir) if is_part(process, name)]
                process.kill()
                assert running.process.wait(15) == 1, running.said()
            writer.join(20)
            assert not writer.is_alive()
            assert writer.confirmed
            confirmed.update(writer.confirmed)
            # Every second time the next start comes at once, before the old parts have gone.
            if number % 2:
                wait_until_gone(data_dir)
            else:
                with up(env, "--no-celery", port=running.port) as again:
                    assert again.status() < 500
                    assert confirmed <= set(kept(data_dir))
        sys.stdout.write(f"round {number + 1}: {victim} after {moment:.2f} s, {len(confirmed)} rows kept\n")
    with up(env, "--no-celery"):
        assert confirmed <= set(kept(data_dir))
    assert processes_of(data_dir) == []
