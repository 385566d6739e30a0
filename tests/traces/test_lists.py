"""Lists and feeds of traces read as much as they show, however many traces there are."""

import pytest
from django.db import connection
from django.test import Client

from apps.users.models import User
from tests.plans import rows_read

COUNT = 20_000
FEW = 1500
_FILL = """
  INSERT INTO traces_trace (
    id, user_id, name, description, visibility, created_at, visible, state, failure, points_read, attempts, file,
    picture, icon, size, lat, lon, remarks
  )
  SELECT i, %(alice)s, 'a.gpx', 'A walk', CASE WHEN i %% 10 = 0 THEN 'identifiable' ELSE 'trackable' END,
    timestamptz '2020-01-01T00:00:00Z' + i * interval '1 minute', true, 'imported', '', 1, 1, '', '', '', 1, 47, 9, ''
  FROM generate_series(1, %(count)s) i;
  INSERT INTO traces_tracetag (trace_id, tag) SELECT id, 'walk' FROM traces_trace;
  INSERT INTO traces_tracetag (trace_id, tag) SELECT id, 'rare' FROM traces_trace WHERE id < 100;
  ANALYZE traces_trace, traces_tracetag
"""
LISTS = [
    "/traces",
    "/traces/tag/walk",
    "/user/alice/traces",
    "/user/alice/traces/tag/walk",
]
FEEDS = ["/traces/rss", "/traces/tag/walk/rss", "/traces/tag/rare/rss", "/user/alice/traces/rss"]


@pytest.fixture
def many(alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"alice": alice.pk, "count": COUNT})


@pytest.mark.parametrize("path", LISTS + FEEDS)
def test_a_list_reads_few_traces(path: str, many: None, client: Client, bob: User) -> None:
    assert rows_read(lambda: client.get(path)) < FEW
    client.force_login(bob)
    assert rows_read(lambda: client.get(path)) < FEW
