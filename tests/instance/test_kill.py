"""Processes of a running instance are killed at random times, while rows are being committed.

OSMSITE_KILL_ROUNDS sets how often (3 by default; 20 take about two minutes).
"""

import os
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from apps.instance import embedded
from tests.instance.live import WEB_SERVER, environment, is_main_process, processes_of, up, wait_until_gone

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("OSMSITE_KILL_ROUNDS", "3"))
VICTIMS = ["web server", "postgres", "up"]


class Writer(threading.Thread):
    """Commits one number after another until the database goes away, and remembers the confirmed ones."""

    def __init__(self, data_dir: Path, first: int) -> None:
        super().__init__()
        self.url = embedded.database_url(data_dir)
        self.next = first
        self.confirmed: list[int] = []

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                while True:
                    connection.execute("INSERT INTO numbers (n) VALUES (%s)", [self.next])
                    self.confirmed.append(self.next)
                    self.next += 1
        except psycopg.OperationalError:
            return


def stored_numbers(data_dir: Path) -> list[int]:
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS numbers (n bigint PRIMARY KEY)")
        return [row[0] for row in connection.execute("SELECT n FROM numbers ORDER BY n").fetchall()]


def test_no_committed_row_is_lost_and_the_next_start_works(new_data_dir: Callable[[str], Path]) -> None:
    data_dir = new_data_dir("kill")
    env = environment(data_dir)
    confirmed: set[int] = set()
    for number in range(ROUNDS):
        victim = VICTIMS[number % len(VICTIMS)]
        seconds = random.uniform(0.05, 1.5)
        with up(env, "--no-celery") as running:
            assert running.status() == 200
            found = stored_numbers(data_dir)
            assert confirmed <= set(found)
            writer = Writer(data_dir, first=max(found, default=0) + 1)
            writer.start()
            threading.Event().wait(seconds)
            if victim == "up":
                running.process.kill()
                running.process.wait()
            else:
                name = WEB_SERVER if victim == "web server" else "postgres"
                [process] = [process for process in processes_of(data_dir) if is_main_process(process, name)]
                process.kill()
                assert running.process.wait(15) == 1, running.printed()
            writer.join(20)
            assert not writer.is_alive()
            assert writer.confirmed
            confirmed.update(writer.confirmed)
            # Every second time the next start follows at once, before the old processes have gone.
            if number % 2:
                wait_until_gone(data_dir)
            else:
                with up(env, "--no-celery", port=running.port) as again:
                    assert again.status() == 200
                    assert confirmed <= set(stored_numbers(data_dir))
        sys.stdout.write(
            f"round {number + 1}: {victim} after {seconds:.2f} s, {len(confirmed)} rows stored\n"
        )
    with up(env, "--no-celery"):
        assert confirmed <= set(stored_numbers(data_dir))
    assert processes_of(data_dir) == []
