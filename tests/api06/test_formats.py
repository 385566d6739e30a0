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
    response = get("changesets?from=%0Aé" + "x" * 300)
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
