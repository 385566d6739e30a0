"""Waiting until another thread is blocked by a lock of the test."""

import time

from django.db import connection


def until_somebody_waits() -> None:
    """Return as soon as a session of this database waits for the lock of another one."""
    for _ in range(500):
        with connection.cursor() as cursor:
            # Within a transaction the server keeps repeating its first answer.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("no session waits for a lock")
