"""Two villages in one country, each with a street of the same name."""

import pytest

from apps.features.update import update
from tests import worlds

TIME = "t2020-01-01T00:00:00Z i900 ucarol"


def square(first: int, west: float, south: float, east: float, north: float) -> list[tuple[str, str]]:
    """Return four nodes from number `first` on, and a way of that number around them."""
    corners = [(west, south), (east, south), (east, north), (west, north)]
    nodes = [(f"n{first + at}", f"x{x:.4f} y{y:.4f} T") for at, (x, y) in enumerate(corners)]
    refs = ",".join(f"n{first + at}" for at in (0, 1, 2, 3, 0))
    return [*nodes, (f"w{first}", f"T N{refs}")]


def area(number: int, outline: int, tags: str) -> tuple[str, str]:
    return f"r{number}", f"Ttype=boundary,boundary=administrative,{tags} Mw{outline}@outer"


ELEMENTS = [
    *square(100, 9.40, 47.00, 9.60, 47.20),
    *square(110, 9.40, 47.10, 9.60, 47.20),
    *square(120, 9.40, 47.00, 9.60, 47.10),
    area(1, 100, "admin_level=2,name=Bergland,name:en=Mountainia,ISO3166-1=BL"),
    area(2, 110, "admin_level=8,name=Oberdorf"),
    area(3, 120, "admin_level=8,name=Unterdorf,postal_code=9002"),
    ("n1", "x9.5000 y47.1500 Tplace=town,name=Oberdorf,name:fr=Villehaut,population=5000"),
    ("n2", "x9.5000 y47.0500 Tplace=village,name=Unterdorf,population=900"),
    ("n3", "x9.5200 y47.1600 Tplace=neighbourhood,name=Hügel"),
    # Landstrasse in both, in two pieces in the first.
    ("n10", "x9.4900 y47.1500 T"),
    ("n11", "x9.5000 y47.1510 T"),
    ("n12", "x9.5100 y47.1500 T"),
    ("w10", "Thighway=residential,name=Landstrasse Nn10,n11"),
    ("w11", "Thighway=residential,name=Landstrasse Nn11,n12"),
    ("n13", "x9.4900 y47.0500 T"),
    ("n14", "x9.5100 y47.0500 T"),
    ("w12", "Thighway=residential,name=Landstrasse Nn13,n14"),
    (
        "n20",
        "x9.4950 y47.1503 Taddr:housenumber=1,addr:street=Landstrasse,addr:postcode=9001,addr:city=Oberdorf",
    ),
    ("n21", "x9.4960 y47.0502 Taddr:housenumber=1,addr:street=Landstrasse"),
    ("n22", "x9.4970 y47.0502 Taddr:housenumber=12a,addr:street=Landstrasse"),
    (
        "n23",
        "x9.4970 y47.1506 Taddr:housenumber=3,addr:street=Landstrasse,addr:postcode=9001,addr:city=Oberdorf",
    ),
    (
        "n30",
        "x9.4980 y47.1508 Tamenity=pharmacy,name=Rosen-Apotheke,addr:street=Landstrasse,addr:housenumber=3",
    ),
    ("n31", "x9.4980 y47.0508 Tamenity=pharmacy,name=Zum%20%Löwen"),
    ("n32", "x9.5300 y47.1700 Tnatural=peak,name=Großer%20%Gipfel,ref=G7,ele=2100"),
    ("n33", "x9.5400 y47.1800 Ttourism=hotel,name=東京ホテル"),
]
WORLD = "c1 k50 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol\n" + "\n".join(
    f"{element} v1 dV c1 {TIME} {rest}" for element, rest in ELEMENTS
)


@pytest.fixture
def villages(db: None) -> None:
    worlds.load(WORLD)
    assert update()
