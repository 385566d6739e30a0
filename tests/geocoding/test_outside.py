"""A Nominatim elsewhere that searches instead of the instance: a small server plays it."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django.fixtures import Settings

from apps.geocoding import outside
from osmsite.environment import env_url
from tests.web.test_elements import read, text_of

from .test_page import listed

pytestmark = pytest.mark.django_db
PLACE = {
    "place_id": 1,
    "osm_type": "relation",
    "osm_id": 1155956,
    "lat": "47.1392862",
    "lon": "9.5227962",
    "category": "boundary",
    "type": "administrative",
    "name": "Vaduz",
    "display_name": "Vaduz, Oberland, 9490, Liechtenstein",
    "boundingbox": ["47.0888", "47.1616", "9.4966", "9.5994"],
}


class Geocoder:
    """What the server answers, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps([PLACE]).encode()
        self.headers: dict[str, str] = {}
        self.pause = 0.0
        self.asked: list[tuple[str, dict[str, list[str]], str]] = []


@pytest.fixture
def geocoder(settings: Settings) -> Iterator[Geocoder]:
    known = Geocoder()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            known.asked.append((parts.path, parse_qs(parts.query), self.headers["User-Agent"]))
            self.send_response(known.status)
            for name, value in {"Content-Length": str(len(known.body)), **known.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for start in range(0, len(known.body), 40):
                    time.sleep(known.pause)
                    self.wfile.write(known.body[start : start + 40] if known.pause else known.body)
                    if not known.pause:
                        break
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    cache.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.GEOCODER = f"http://127.0.0.1:{server.server_port}/service"
    yield known
    server.shutdown()
    server.server_close()


def test_the_page_lists_what_the_service_finds(client: Client, geocoder: Geocoder) -> None:
    page = read(client, "/search?query=Vaduz&minlon=9&minlat=47&maxlon=10&maxlat=48")
    [result] = listed(page)
    assert result.startswith("Vaduz Administrative Boundary")
    assert result.endswith("Oberland, 9490, Liechtenstein")
    assert 'href="/?mlat=47.13929&amp;mlon=9.5228#map=12/47.13929/9.5228"' in page
    [(path, asked, agent)] = geocoder.asked
    assert path == "/service/search"
    assert asked["q"] == ["Vaduz"]
    assert asked["format"] == ["jsonv2"]
    assert asked["viewbox"] == ["9.0000,47.0000,10.0000,48.0000"]
    assert agent == "osmsite (http://127.0.0.1:8000)"


def test_elements_that_the_instance_has_lead_to_their_pages(
    client: Client, geocoder: Geocoder, villages: None
) -> None:
    geocoder.body = json.dumps(
        [{**PLACE, "osm_id": 2}, {**PLACE, "osm_type": "node", "osm_id": 999}]
    ).encode()
    page = read(client, "/search?query=Oberdorf")
    assert 'href="/relation/2#map=12/47.13929/9.5228" data-hover="relation/2"' in page
    assert "/node/999" not in page


def test_an_answer_is_remembered(client: Client, geocoder: Geocoder) -> None:
    for _ in range(3):
        read(client, "/search?query=Vaduz")
    assert len(geocoder.asked) == 1


def test_the_service_is_asked_in_the_readers_languages(client: Client, geocoder: Geocoder) -> None:
    client.get("/search?query=Vaduz", headers={"Accept-Language": "de-CH,fr;q=0.5"})
    assert geocoder.asked[0][1]["accept-language"] == ["de-ch,fr"]


def test_positions_and_ids_are_not_asked_for(client: Client, geocoder: Geocoder) -> None:
    for query in ("47.1, 9.5", "way 5", ""):
        client.get("/search", {"query": query})
    assert geocoder.asked == []


def test_there_are_no_suggestions(client: Client, geocoder: Geocoder, villages: None) -> None:
    assert client.get("/search/suggestions.json?query=Oberd").json() == {"suggestions": []}
    assert "data-suggestions" not in read(client, "/")
    assert geocoder.asked == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": 503}, "status 503"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "status 302"),
        ({"body": b"<html>busy"}, "not JSON"),
        ({"body": b'{"error": "no"}'}, "not a list"),
        ({"body": b""}, "not JSON"),
        ({"body": b"[" + b" " * 2_100_000 + b"]"}, "too long an answer"),
        ({"body": b'[{"lat": 1', "headers": {"Content-Length": "100000"}}, "not JSON"),
    ],
)
def test_a_failure_of_the_service_is_explained(
    client: Client, geocoder: Geocoder, answer: dict[str, Any], reason: str
) -> None:
    for name, value in answer.items():
        setattr(geocoder, name, value)
    page = text_of(read(client, "/search?query=Vaduz", status=502))
    assert f"127.0.0.1, which searches for this site, does not answer ({reason})" in page
    geocoder.__init__()  # type: ignore[misc]
    assert listed(read(client, "/search?query=Vaduz"))


def test_a_service_that_cannot_be_reached_is_explained(client: Client, settings: Settings) -> None:
    cache.clear()
    settings.GEOCODER = "http://127.0.0.1:9"
    assert "does not answer (no connection)" in read(client, "/search?query=Vaduz", status=502)


@pytest.mark.parametrize("pause", [0.2, 5])
def test_a_slow_service_is_not_waited_for(
    client: Client, geocoder: Geocoder, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    monkeypatch.setattr(outside, "_SECONDS", 0.5)
    monkeypatch.setattr(outside, "_SECONDS_IN_ALL", 0.5)
    geocoder.pause = pause
    assert "does not answer (timed out)" in read(client, "/search?query=Vaduz", status=502)


@pytest.mark.parametrize(
    "change",
    [
        *({"lat": None}, {"lat": "north"}, {"lon": "181"}, {"lat": {}}, {"display_name": None}),
        {"display_name": ["x"]},
    ],
)
def test_places_that_are_none_are_left_out(
    client: Client, geocoder: Geocoder, change: dict[str, Any]
) -> None:
    geocoder.body = json.dumps([5, None, {**PLACE, **change}, PLACE]).encode()
    assert len(listed(read(client, "/search?query=Vaduz"))) == 1


@pytest.mark.parametrize(
    "change",
    [
        *({"boundingbox": None}, {"boundingbox": [1, 2, 3]}, {"boundingbox": ["x", {}, 1, 2]}),
        *(
            {"boundingbox": ["48", "47", "9", "10"]},
            {"osm_type": "planet"},
            {"osm_id": "7"},
            {"osm_id": 2**70},
        ),
        *({"type": None}, {"category": 7}, {"name": None}, {"name": "<script>"}),
    ],
)
def test_what_a_place_lacks_does_not_matter(
    client: Client, geocoder: Geocoder, change: dict[str, Any]
) -> None:
    geocoder.body = json.dumps([{**PLACE, **change}]).encode()
    page = read(client, "/search?query=Vaduz")
    assert len(listed(page)) == 1
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


def test_programs_are_sent_to_the_service(client: Client, geocoder: Geocoder, settings: Settings) -> None:
    response = client.get(
        "/nominatim/search?q=Vaduz%20&format=json", headers={"Origin": "https://example.org"}
    )
    assert (response.status_code, response["Location"]) == (
        302,
        f"{settings.GEOCODER}/search?q=Vaduz%20&format=json",
    )
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get("/nominatim/reverse.php?lat=x")["Location"] == f"{settings.GEOCODER}/reverse.php?lat=x"
    assert geocoder.asked == []


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", ""),
        ("https://nominatim.example.org/", "https://nominatim.example.org"),
        ("http://[::1]:8080/nominatim", "http://[::1]:8080/nominatim"),
    ],
)
def test_the_setting_is_a_url(monkeypatch: pytest.MonkeyPatch, text: str, url: str) -> None:
    monkeypatch.setenv("OSMSITE_GEOCODER", text)
    assert env_url("OSMSITE_GEOCODER") == url


@pytest.mark.parametrize(
    "text",
    [
        *("nominatim.example.org", "ftp://example.org", "https://", "https://example.org/?q=", "https://a b"),
        *("http://example.org:x", "http://example.org:99999", "https://me:secret@example.org", "own"),
    ],
)
def test_another_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("OSMSITE_GEOCODER", text)
    with pytest.raises(ImproperlyConfigured, match="OSMSITE_GEOCODER must be a URL"):
        env_url("OSMSITE_GEOCODER")
