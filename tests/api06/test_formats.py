import re

import pytest

from .client import call, get

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/xml"),
        ("*", "application/xml"),
        ("text/*", "application/xml"),
        ("text/xml", "application/xml"),
        ("application/*", "application/xml"),
        ("Application/JSON", "application/json"),
        ("application/json;Q=1, application/xml;q=0.5", "application/json"),
        ("application/xml", "application/xml"),
        ("application/json", "application/json"),
        ("application/json, */*", "application/json"),
        ("text/plain, */*", "application/xml"),
        ("application/xml;q=0.5, application/json", "application/json"),
        ("application/xml, application/json;q=0.9", "application/xml"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "application/xml"),
    ],
)
def test_the_accept_header_selects_the_format(accept: str, content_type: str) -> None:
    assert get("node/1", Accept=accept).headers["Content-Type"] == f"{content_type}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/json", "image/jpeg", "application/json;q=0", "*/*;q=0"])
def test_an_unavailable_format_is_406(accept: str) -> None:
    response = get("node/1", Accept=accept)
    message = "Acceptable formats for /api/0.6/node/1 are: application/xml, application/json"
    assert (response.status, response.text, response.headers["Error"]) == (406, message, message)


def test_the_suffix_takes_precedence_unless_accept_excludes_it() -> None:
    assert get("node/1.json", Accept="*/*").headers["Content-Type"] == "application/json; charset=utf-8"
    assert get("node/1.xml", Accept="application/xml, */*").status == 200
    assert get("node/1.json", Accept="application/xml").status == 406


WEBSITE = [
    "capabilities",
    "permissions",
    "changesets",
    "changeset_comments",
    "user/1",
    "users",
    "notes/search",
]


@pytest.mark.parametrize("path", WEBSITE)
def test_the_suffix_decides_alone_for_the_calls_of_the_website(path: str) -> None:
    query = "?users=1" if path == "users" else ""
    for suffix, accept in (("json", "application/xml"), ("xml", "application/json"), ("json", "image/png")):
        response = get(f"{path}.{suffix}{query}", Accept=accept)
        assert response.status == 200
        assert response.headers["Content-Type"] == f"application/{suffix}; charset=utf-8"
    assert get(f"{path}{query}", Accept="image/png").status == 406


@pytest.mark.parametrize("path", WEBSITE)
def test_the_parameter_format_is_like_the_suffix(path: str) -> None:
    query = "&users=1" if path == "users" else ""
    for name in ("json", "xml"):
        for accept in ("*/*", "application/xml", "application/json", "text/html"):
            response = get(f"{path}?format={name}{query}", Accept=accept)
            assert response.headers["Content-Type"] == f"application/{name}; charset=utf-8"
    assert get(f"{path}?format=html{query}").status == 406
    assert get(f"{path}.xml?format=json{query}").headers["Content-Type"] == "application/xml; charset=utf-8"
    assert get(f"{path}?format={query}").headers["Content-Type"] == "application/xml; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["node/1", "node/1/history", "map?bbox=9,47,9.1,47.1", "nodes?nodes=1", "changeset/1"]
)
def test_cgimap_does_not_know_the_parameter_format(path: str) -> None:
    response = get(f"{path}{'&' if '?' in path else '?'}format=json")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"


@pytest.mark.parametrize("path", ["node/1", "node/1/history", "map", "nodes", "changeset/1", "way/1/full"])
def test_cgimap_refuses_a_suffix_that_the_header_excludes(path: str) -> None:
    assert get(f"{path}.json", Accept="application/xml").status == 406


def test_a_query_string_that_is_not_utf8_is_400() -> None:
    for path in ("changesets?display_name=%FF", "node/1?x=%C3", "notes/search?q=a%80", "map?bbox=%FF"):
        response = get(path)
        assert (response.status, response.headers["Error"]) == (400, "The query string is not UTF-8")
    assert get("notes/search.json?q=%C3%BC&x=%EF%BF%BD").status == 200


def test_empty_containers_have_end_tags_as_on_the_website() -> None:
    for path, container in (
        ("user/1", "roles"),
        ("permissions", "permissions"),
        ("capabilities", "imagery"),
        ("changesets?changesets=99", "osm"),
        ("changesets?changesets=1", "changeset"),
        ("users?users=99", "osm"),
        ("notes/search", "osm"),
        ("changeset_comments", "osm"),
        ("node/99/ways", "osm"),
        ("notes/search.gpx", "gpx"),
    ):
        response = get(path)
        assert re.search(rf"<{container}(?: [^>]*[^/])?>\s*</{container}>", response.text), response.text


def test_cgimap_writes_empty_elements_in_one_tag() -> None:
    assert re.search("<changeset [^>]*>\\s*<discussion/>", get("changeset/1?include_discussion=1").text)
    assert re.search("<changeset [^>]*/>", get("changeset/1").text)


def test_errors_as_xml_have_the_status_200() -> None:
    response = get("map", X_Error_Format="XML")
    message = "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."
    assert (response.status, response.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert response.xml.tag == "osmError"
    assert response.xml.findtext("status") == "400 Bad Request"
    assert response.xml.findtext("message") == message
    assert get("node/99", X_Error_Format="xml").status == 404


def test_errors_of_the_website_dialect_have_its_root_attributes() -> None:
    response = get("changesets?user=x", X_Error_Format="xml")
    assert response.xml.get("generator") == "OpenStreetMap server"
    assert response.xml.findtext("message") == "invalid user ID"
    assert get("changesets?user=x").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_error_header_is_one_short_line() -> None:
    response = get("changesets?from=%0A%C3%A9" + "x" * 300)
    assert response.text.startswith("Date \né")
    assert "\n" not in response.headers["Error"]
    assert len(response.headers["Error"].encode("latin-1").decode(errors="ignore")) <= 250


def test_pages_of_any_site_may_call_the_api() -> None:
    assert "Access-Control-Allow-Origin" not in get("node/1").headers
    response = get("node/1", Origin="https://editor.example")
    assert response.headers["Access-Control-Allow-Origin"] == "https://editor.example"
    assert "Origin" in response.headers["Vary"]
    assert get("capabilities", Origin="https://editor.example").headers["Access-Control-Allow-Origin"] == "*"
    assert get("node/99", Origin="https://editor.example").headers["Access-Control-Allow-Origin"]


def test_a_preflight_allows_the_requested_headers() -> None:
    response = call(
        "OPTIONS",
        "/api/0.6/map?bbox=0,0,0,0",
        Origin="https://editor.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="Authorization, X-First",
    )
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, X-First"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Max-Age"] == "1728000"


def test_options_without_a_preflight_is_405() -> None:
    assert call("OPTIONS", "/api/0.6/node/1").status == 405


def test_the_api_sets_no_cookie_and_needs_no_session() -> None:
    assert "Set-Cookie" not in get("node/1").headers
