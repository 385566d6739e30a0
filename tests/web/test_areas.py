"""The rule for closed ways: area or line."""

import json
import re

import pytest
from django.test import Client

from tests.worlds import load

SQUARE = "n1 v1 x0 y0\nn2 v1 x1 y0\nn3 v1 x1 y1\nn4 v1 x0 y1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ("highway=primary,junction=roundabout", "Primary Road"),
        ("natural=water", "Water"),
        ("natural=cliff", "Cliff"),
    ],
)
def test_the_page_of_a_closed_way_says_its_kind(client: Client, tags: str, kind: str) -> None:
    load(f"{SQUARE}\nw1 v1 T{tags} Nn1,n2,n3,n4,n1")
    assert kind in client.get("/way/1").content.decode()


@pytest.mark.django_db
def test_the_map_gets_the_keys_of_areas_and_their_lines(client: Client) -> None:
    page = client.get("/").content.decode()
    found = re.search(r'<script id="area-keys" type="application/json">(.*?)</script>', page)
    assert found
    keys = json.loads(found[1])
    assert keys["building"] == []
    assert "cliff" in keys["natural"]
    assert "roundabout" in keys["junction"]
    assert "highway" not in keys
