"""A small town, and what is made from it."""

from typing import Any

import pytest
from django.db import connection

from apps.features.update import update
from tests import worlds

TIME = "t2020-01-01T00:00:00Z i900 ucarol"
# A square of roads with a wood in it that has a clearing, a house, a shop, and a boundary of two ways.
WORLD = "c1 k30 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol\n" + "\n".join(
    f"{line} {TIME} {rest}"
    for line, rest in [
        ("n1 v1 dV c1", "x9.500 y47.100 T"),
        ("n2 v1 dV c1", "x9.510 y47.100 T"),
        ("n3 v1 dV c1", "x9.510 y47.110 T"),
        ("n4 v1 dV c1", "x9.500 y47.110 T"),
        ("n5 v1 dV c1", "x9.503 y47.103 T"),
        ("n6 v1 dV c1", "x9.506 y47.103 T"),
        ("n7 v1 dV c1", "x9.506 y47.106 T"),
        ("n8 v1 dV c1", "x9.503 y47.106 T"),
        ("n9 v1 dV c1", "x9.505 y47.105 Tshop=bakery,name=Bäckerei%20%Müller"),
        ("n10 v1 dV c1", "x9.505 y47.101 Tsource=survey"),
        ("n11 v1 dV c1", "x9.505 y47.102 Tplace=village,name=Dorf,population=1200"),
        ("w1 v1 dV c1", "Thighway=residential,name=Dorfstrasse Nn1,n2"),
        ("w2 v1 dV c1", "Thighway=track Nn2,n3,n4"),
        ("w3 v1 dV c1", "T Nn4,n1"),
        ("w4 v1 dV c1", "T Nn5,n6,n7,n8,n5"),
        ("w5 v1 dV c1", "Tbuilding=yes,addr:housenumber=1 Nn5,n6,n7,n8,n5"),
        ("r1 v1 dV c1", "Ttype=multipolygon,natural=wood Mw1@outer,w2@outer,w3@outer,w4@inner"),
        (
            "r2 v1 dV c1",
            "Ttype=boundary,boundary=administrative,admin_level=8,name=Dorf Mw2@outer,w3@outer,n11@label",
        ),
    ]
)


@pytest.fixture
def town(db: None) -> None:
    worlds.load(WORLD)
    assert update()


def features(columns: str = "key, value") -> dict[str, Any]:
    """Return the values of some columns by element, `w1`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT type, id, {columns} FROM features ORDER BY type, id")
        return {
            f"{'nwr'[row[0] - 1]}{row[1]}": row[2] if len(row) == 3 else row[2:] for row in cursor.fetchall()
        }
