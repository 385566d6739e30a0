"""Queries for changesets read as much as they return, however many changesets there are."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.changesets.models import Changeset
from apps.users.models import User
from tests.plans import rows_read

from .client import get

COUNT = 20_000
FEW = 2500
"""Far below COUNT: a query reads a hundred changesets, their users, and what is next to them in an index."""

# One changeset a minute, each open for half an hour, from west to east and back again; none in the north. The last
# ten are open. Every twentieth is bob's.
_FILL = """
  INSERT INTO changesets_changeset (
    user_id, created_at, closed_at, min_lon, min_lat, max_lon, max_lat, num_changes, tags, num_created_nodes,
    num_modified_nodes, num_deleted_nodes, num_created_ways, num_modified_ways, num_deleted_ways,
    num_created_relations, num_modified_relations, num_deleted_relations
  )
  SELECT CASE WHEN i %% 20 = 0 THEN %(bob)s ELSE %(alice)s END, made, made + CASE
      WHEN i > %(count)s - 10 THEN interval '100 years' ELSE interval '30 minutes' END,
    lon, lat, lon + 10000, lat + 10000, 1, '{}', 1, 0, 0, 0, 0, 0, 0, 0, 0
  FROM (
    SELECT i, timestamptz '2020-01-01T00:00:00Z' + i * interval '1 minute' AS made,
      i * 99991::bigint %% 3600000000 - 1800000000 AS lon, i * 7919::bigint %% 900000000 - 800000000 AS lat
    FROM generate_series(1, %(count)s) AS i
  ) made
"""

QUERIES = [
    "",
    "order=oldest",
    "closed=true",
    "open=true",
    "open=true&closed=true",
    "user={alice}",
    "display_name=bob",
    "display_name=bob&open=true",
    "display_name=bob&time=2020-01-05T00:00:00Z,2020-01-05T00:01:00Z",
    "changesets=1,2,3",
    "bbox=-180,-90,180,90",
    "bbox=-180,-90,180,90&order=oldest",
    "bbox=-180,-90,180,90&closed=true",
    "bbox=-180,-90,180,90&user={alice}",
    "bbox=-180,-90,180,90&time=2020-01-05T00:00:00Z,2020-01-05T00:01:00Z",
    "bbox=-180,20,180,90",
    "bbox=-180,20,180,90&order=oldest",
    "bbox=-180,20,180,90&display_name=bob",
    "bbox=9,-80,9.5,10",
    "time=2020-01-05T00:00:00Z",
    "time=2020-01-14T21:20:00Z",
    "time=2020-01-05T00:00:00Z,2020-01-05T00:01:00Z",
    "time=2020-01-05T00:00:00Z,2020-01-05T00:01:00Z&closed=true",
    "time=2000-01-01T00:00:00Z,2001-01-01T00:00:00Z",
    "time=2120-01-01T00:00:00Z",
    "from=2020-01-05T00:00:00Z&to=2020-01-05T00:01:00Z",
    "from=2020-01-05T00:00:00Z&order=oldest&closed=true",
]


@pytest.fixture
def many(alice: User, bob: User) -> User:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"alice": alice.pk, "bob": bob.pk, "count": COUNT})
        cursor.execute("ANALYZE changesets_changeset, users_user")
    return alice


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_reads_few_changesets(query: str, many: User) -> None:
    target = "changesets.json?" + query.format(alice=many.pk)
    assert rows_read(lambda: get(target)) < FEW


def test_the_newest_changesets_of_an_area_are_those_that_were_created_last(many: User) -> None:
    found = get("changesets.json?bbox=-180,-90,0,90&limit=50").json["changesets"]
    wanted = Changeset.objects.filter(min_lon__lt=0).order_by("-created_at", "-id")[:50]
    assert [changeset["id"] for changeset in found] == [changeset.pk for changeset in wanted]
    found = get("changesets.json?bbox=-180,-90,0,90&limit=50&order=oldest").json["changesets"]
    wanted = Changeset.objects.filter(min_lon__lt=0).order_by("created_at", "id")[:50]
    assert [changeset["id"] for changeset in found] == [changeset.pk for changeset in wanted]


def test_changesets_of_the_same_moment_are_ordered_by_id(alice: User) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    ids = [
        Changeset.objects.create(
            user=alice, created_at=moment, closed_at=moment, min_lon=0, min_lat=0, max_lon=9, max_lat=9
        ).pk
        for _ in range(5)
    ]
    for query in ("", "bbox=-1,-1,1,1", "time=2019-01-01"):
        newest = get(f"changesets.json?limit=3&{query}").json["changesets"]
        assert [changeset["id"] for changeset in newest] == ids[:1:-1]
    oldest = get("changesets.json?limit=3&bbox=-1,-1,1,1&order=oldest").json["changesets"]
    assert [changeset["id"] for changeset in oldest] == ids[:3]


def test_a_changeset_that_was_open_for_months_is_found_by_time(alice: User) -> None:
    long, short = (
        Changeset.objects.create(
            user=alice,
            created_at=datetime(2020, month, 1, tzinfo=UTC),
            closed_at=datetime(2020, 6, 1, tzinfo=UTC),
        )
        for month in (1, 5)
    )
    Changeset.objects.filter(pk=short.pk).update(created_at=datetime(2020, 5, 31, 1, tzinfo=UTC))
    found = get("changesets.json?time=2020-05-31T02:00:00Z,2020-05-31T03:00:00Z").json["changesets"]
    assert [changeset["id"] for changeset in found] == [short.pk, long.pk]
    assert get("changesets?time=0001-01-01T00:00:00Z").status == 200
