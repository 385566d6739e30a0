"""The interface of Nominatim, as editors and apps use it."""

import json
from typing import Any

import pytest
from django.test import Client
from lxml import etree

pytestmark = pytest.mark.usefixtures("villages")


def answer(client: Client, path: str, **parameters: Any) -> Any:
    response = client.get(f"/nominatim/{path}", parameters)
    assert response.status_code == 200, response.content
    return response.json()


def document(client: Client, path: str, **parameters: Any) -> etree._Element:
    response = client.get(f"/nominatim/{path}", parameters)
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(response.content)


def test_a_search_answers_with_places(client: Client) -> None:
    [place] = answer(client, "search", q="Landstrasse 12a, Unterdorf", addressdetails=1)
    assert place == {
        "place_id": 89,
        "licence": place["licence"],
        "osm_type": "node",
        "osm_id": 22,
        "lat": "47.0502",
        "lon": "9.497",
        "category": "addr:housenumber",
        "type": "12a",
        "place_rank": 30,
        "importance": place["importance"],
        "addresstype": "building",
        "name": "",
        "display_name": "Landstrasse 12a, 9002 Unterdorf, Bergland",
        "address": {
            "house_number": "12a",
            "road": "Landstrasse",
            "village": "Unterdorf",
            "country": "Bergland",
            "postcode": "9002",
            "country_code": "bl",
        },
        "boundingbox": ["47.0502", "47.0502", "9.497", "9.497"],
    }
    assert "Data ©" in place["licence"]


def test_the_format_json_calls_the_category_class(client: Client) -> None:
    [place] = answer(client, "search", q="Unterdorf", format="json", limit=1)
    assert (place["class"], place["type"], "address" in place) == ("place", "village", False)


def test_geojson_has_a_feature_for_each_place(client: Client) -> None:
    found = answer(client, "search", q="Oberdorf", format="geojson", limit=1)
    [feature] = found["features"]
    assert found["type"] == "FeatureCollection"
    assert feature["geometry"] == {"type": "Point", "coordinates": [9.5, 47.15]}
    assert feature["bbox"] == [9.4, 47.1, 9.6, 47.2]
    assert feature["properties"]["name"] == "Oberdorf"


def test_xml_has_a_place_for_each_result(client: Client) -> None:
    root = document(client, "search", q="Landstrasse 1, Unterdorf", format="xml", addressdetails=1)
    [place] = root
    assert (root.tag, root.get("querystring")) == ("searchresults", "Landstrasse 1, Unterdorf")
    assert (place.get("osm_id"), place.get("class")) == ("21", "addr:housenumber")
    assert place.get("boundingbox") == "47.0502,47.0502,9.496,9.496"
    assert place.findtext("village") == "Unterdorf"


def test_the_parts_of_an_address_are_searched_like_a_text(client: Client) -> None:
    [place, *_] = answer(client, "search", street="1 Landstrasse", city="Unterdorf")
    assert place["osm_id"] == 21
    [place] = answer(client, "search", amenity="pharmacy", city="Oberdorf")
    assert place["osm_id"] == 30


def test_the_view_and_the_countries_limit_a_search(client: Client) -> None:
    view = {"viewbox": "9.49,47.06,9.51,47.04", "bounded": 1}
    assert [place["osm_id"] for place in answer(client, "search", q="Landstrasse 1", **view)] == [21]
    assert answer(client, "search", q="Oberdorf", **view) == []
    assert answer(client, "search", q="Oberdorf", countrycodes="ch,at") == []
    assert len(answer(client, "search", q="Landstrasse", limit=1)) == 1


def test_names_are_in_the_language_that_is_asked_for(client: Client) -> None:
    [place] = answer(client, "search", q="Oberdorf", limit=1, **{"accept-language": "fr,en;q=0.5"})
    assert place["display_name"] == "Villehaut, Mountainia"
    response = client.get("/nominatim/search", {"q": "Oberdorf"}, headers={"Accept-Language": "en"})
    assert response.json()[0]["display_name"] == "Oberdorf, Mountainia"


def test_further_tags_and_names_are_given_on_request(client: Client) -> None:
    [place] = answer(client, "search", q="Gipfel", extratags=1, namedetails=1)
    assert place["extratags"] == {"ele": "2100"}
    assert place["namedetails"] == {"name": "Großer Gipfel", "ref": "G7"}


def test_outlines_are_given_on_request(client: Client) -> None:
    [place] = answer(client, "search", q="Landstrasse, Unterdorf", polygon_geojson=1)
    line = {"type": "LineString", "coordinates": [[9.49, 47.05], [9.51, 47.05]]}
    assert place["geojson"] == line
    found = answer(client, "lookup", osm_ids="W12,R2", polygon_geojson=1, format="geojson")
    assert [feature["geometry"]["type"] for feature in found["features"]] == ["LineString", "Polygon"]
    assert "geojson" not in found["features"][0]["properties"]
    root = document(client, "search", q="Landstrasse, Unterdorf", polygon_geojson=1, format="xml")
    assert json.loads(root[0].get("geojson") or "") == line
    assert "geojson" not in answer(client, "search", q="Landstrasse, Unterdorf")[0]
    wide = answer(
        client, "reverse", lat=47.05, lon=9.5, zoom=17, format="json", polygon_geojson=1, polygon_threshold=1
    )
    assert wide["geojson"]["type"] == "LineString"


@pytest.mark.parametrize(
    ("zoom", "element"),
    [
        (18, ("node", 21)),
        (17, ("way", 12)),
        (16, ("way", 12)),
        (13, ("node", 2)),
        (10, ("node", 2)),
        (5, ("relation", 1)),
        (3, ("relation", 1)),
        (0, ("relation", 1)),
    ],
)
def test_reverse_answers_as_closely_as_the_zoom_says(
    client: Client, zoom: int, element: tuple[str, int]
) -> None:
    place = answer(client, "reverse", lat=47.0501, lon=9.496, zoom=zoom, format="jsonv2")
    assert (place["osm_type"], place["osm_id"]) == element
    assert place["address"]["country_code"] == "bl"


def test_reverse_answers_with_xml_by_default(client: Client) -> None:
    root = document(client, "reverse", lat=47.0501, lon=9.496)
    assert root.findtext("result") == "Landstrasse 1, 9002 Unterdorf, Bergland"
    assert root.findtext("addressparts/road") == "Landstrasse"


def test_where_nothing_is_there_is_no_address(client: Client) -> None:
    assert answer(client, "reverse", lat=0, lon=0, format="json") == {"error": "Unable to geocode"}
    assert document(client, "reverse", lat=0, lon=0).findtext("error") == "Unable to geocode"


def test_a_position_is_searched_for_in_reverse(client: Client) -> None:
    [place] = answer(client, "search", q="47.0502, 9.4970")
    assert place["osm_id"] == 22


def test_elements_are_looked_up_in_the_order_of_their_ids(client: Client) -> None:
    places = answer(client, "lookup", osm_ids="R2,N22,W999,w12", format="jsonv2")
    assert [(place["osm_type"], place["osm_id"]) for place in places] == [
        ("relation", 2),
        ("node", 22),
        ("way", 12),
    ]
    assert places[1]["address"]["road"] == "Landstrasse"
    assert document(client, "lookup", osm_ids="N1").tag == "searchresults"


def test_the_status_says_whether_it_works(client: Client) -> None:
    assert client.get("/nominatim/status").content == b"OK"
    assert answer(client, "status", format="json")["status"] == 0


@pytest.mark.parametrize(
    "path",
    [
        *("search", "search?q=", "search?q=x&city=y", "search?q=x&format=yaml", "search?q=x&viewbox=1,2,3"),
        *("search?q=x&viewbox=1,2,3,95", "search?q=x&limit=many", "search?q=x&viewbox=nan,1,2,3"),
        "search?q=x&polygon_geojson=1&polygon_threshold=x",
        *("reverse?lat=1", "reverse?lat=x&lon=1", "reverse?lat=91&lon=1", "reverse?lat=1&lon=1&zoom=x"),
        *(
            "reverse?lat=nan&lon=1",
            "lookup",
            "lookup?osm_ids=X1",
            "lookup?osm_ids=" + "N1," * 60,
            "status?format=csv",
        ),
    ],
)
def test_what_cannot_be_understood_is_explained(client: Client, path: str) -> None:
    response = client.get(f"/nominatim/{path}")
    error = response.json()["error"]
    assert (response.status_code, error["code"], bool(error["message"])) == (400, 400, True)


def test_errors_are_xml_for_who_reads_xml(client: Client) -> None:
    assert document(client, "search", format="xml").findtext("code") == "400"


def test_pages_of_other_sites_may_search(client: Client) -> None:
    response = client.get("/nominatim/search", {"q": "x"}, headers={"Origin": "https://example.org"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.post("/nominatim/search", {"q": "x"}).status_code == 405


@pytest.mark.parametrize(
    "text", ["\x00", "a\x01b", "\ud800", "%", "'; DROP TABLE features; --", "()", "a:*|b"]
)
def test_odd_texts_are_no_errors(client: Client, text: str) -> None:
    for name in ("jsonv2", "xml"):
        parameters = {"q": f"x{text}".encode("utf-8", "replace").decode(), "format": name}
        assert client.get("/nominatim/search", parameters).status_code == 200
