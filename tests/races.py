"""Threads that meet at a lock: the test goes on when the other one waits for it."""

import time

from django.db import connection


def until_somebody_waits() -> None:
    """Returns when a session of this database waits for another one's lock."""
    for _ in range(500):
        with connection.cursor() as cursor:
            # Within a transaction the server would go on saying what it said first.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
