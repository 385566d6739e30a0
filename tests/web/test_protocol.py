"""Methods and texts that no browser's form sends."""

import io
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver

from apps.moderation.models import Redaction
from apps.notes.models import ModerationZone
from apps.oauth.models import Application
from apps.users.models import User
from osmsite.logs import RefusalsInOneLine
from tests.users.blocking import block, browser

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SAMPLES = {
    "display_name": "alice",
    "number": "1",
    "locale": "de",
    "code": "wBz3--",
    "tag": "t",
    "role": "moderator",
}


def paths() -> Iterator[str]:
    """Yield a path for each URL pattern of the pages."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for found in resolver.url_patterns:
            if isinstance(found, URLResolver):
                if str(found.pattern) != "api/":
                    yield from walk(found, prefix + str(found.pattern))
            else:
                assert isinstance(found, URLPattern)
                yield "/" + sample(prefix + str(found.pattern))

    yield from walk(get_resolver(), "")


def sample(pattern: str) -> str:
    text = re.sub(r"\(\?P<(\w+)>([^()|]*)[^()]*\)", lambda group: first(group[1], group[2]), pattern)
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: SAMPLES.get(part[1], "1"), text)
    text = re.sub(r"\(\?:([^()|]*)[^()]*\)\??", r"\1", text.strip("^$"))
    return text.replace(r"\.", ".").replace("[^/]+", "alice").replace(r"-\d+x\d+", "")


def first(name: str, choice: str) -> str:
    return choice if choice and re.fullmatch(r"[\w.]+", choice) else SAMPLES.get(name, "1")


def test_every_page_refuses_methods_that_it_does_not_know(alice: User, subtests: Any) -> None:
    seats = [Client(), browser(alice)]
    for path in sorted(set(paths())):
        for method in ("TRACE", "PROPFIND", "FOO"):
            with subtests.test(path, method=method):
                for seat in seats:
                    response = seat.generic(method, path)
                    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
                    assert response["Allow"]


def test_every_page_tells_its_methods(alice: User, subtests: Any) -> None:
    for path in sorted(set(paths())):
        with subtests.test(path):
            response = browser(alice).options(path)
            assert (response.status_code, response.content) == (HTTPStatus.NO_CONTENT, b"")
            assert response["Allow"].endswith(", OPTIONS")
    assert Client().options("/no/such/page").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/about", "/404", "/user/alice", "/browse", "/preferences", "/login"])
def test_pages_without_these_methods_refuse_them(alice: User, method: str, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    for seat in (browser(alice), strict):
        response = seat.generic(method, path, "a=b", content_type=FORM)
        assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert strict.post("/login").status_code == HTTPStatus.FORBIDDEN


# Forms by PUT, PATCH and DELETE

MAILS = "/preferences/notifications"


def unwanted(user: User) -> set[str]:
    return {k.split(".")[1] for k in user.preferences.filter(v="false").values_list("k", flat=True)}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("is_multipart", [False, True])
def test_a_form_counts_by_whatever_method_it_comes(alice: User, method: str, is_multipart: bool) -> None:
    fields = {"direct_message": "on", "new_follower": "on"}
    body = encode_multipart(BOUNDARY, fields) if is_multipart else urlencode(fields).encode()
    kind = MULTIPART_CONTENT if is_multipart else FORM
    response = browser(alice).generic(method, MAILS, body, content_type=kind)
    assert response.status_code == HTTPStatus.FOUND
    assert unwanted(alice).isdisjoint(fields)
    assert "note_comment" in unwanted(alice)


@pytest.mark.parametrize("path", [MAILS, "/preferences/advanced", "/preferences/basic"])
@pytest.mark.parametrize(
    ("body", "kind"), [(b'{"direct_message": "on"}', "application/json"), (b"a=b", "text/plain"), (b"", "")]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_that_is_no_form_changes_nothing(
    alice: User, path: str, method: str, body: bytes, kind: str
) -> None:
    User.objects.update(languages="de", preferred_editor="remote")
    response = browser(alice).generic(method, path, body, content_type=kind)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    alice.refresh_from_db()
    assert (alice.languages, alice.preferred_editor, alice.preferences.count()) == ("de", "remote", 0)


def test_other_pages_read_these_forms_too(alice: User, moderator: User) -> None:
    seat = browser(moderator)
    redaction = Redaction.objects.create(title="Old", description="d", user=moderator)
    body = urlencode({"title": "New", "description": "e"})
    assert seat.put(f"/redactions/{redaction.pk}", body, content_type=FORM).status_code == HTTPStatus.FOUND
    redaction.refresh_from_db()
    assert redaction.title == "New"
    blocked = block(alice, moderator)
    body = urlencode({"reason": "Because", "period": "1", "needs_view": "on"})
    assert seat.patch(f"/user_blocks/{blocked.pk}", body, content_type=FORM).status_code == HTTPStatus.FOUND
    blocked.refresh_from_db()
    assert (blocked.reason, blocked.needs_view) == ("Because", True)
    response = seat.delete("/user/alice/blocks", "confirm=on", content_type=FORM)
    assert response["Location"] == "/user/alice/blocks"
    blocked.refresh_from_db()
    assert not blocked.is_active
    corners = "47, 9\n47, 10\n48, 10"
    fields = {"name": "Zone", "reason": "r", "outline": corners, "period": "24"}
    seat.post("/moderation_zones", fields)
    zone = ModerationZone.objects.get()
    body = urlencode(fields | {"name": "Other"})
    assert seat.put(f"/moderation_zones/{zone.pk}", body, content_type=FORM).status_code == HTTPStatus.FOUND
    zone.refresh_from_db()
    assert zone.name == "Other"


def test_an_application_is_changed_by_a_real_put(alice: User) -> None:
    seat = browser(alice)
    fields = {"name": "Old", "redirect_uris": "https://a.example/", "scopes": "read_prefs"}
    seat.post("/oauth2/applications", fields)
    application = Application.objects.get(name="Old")
    body = urlencode(fields | {"name": "New"})
    seat.put(f"/oauth2/applications/{application.pk}", body, content_type=FORM)
    application.refresh_from_db()
    assert application.name == "New"


def test_a_real_put_needs_a_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/preferences/basic")
    token = client.cookies["csrftoken"].value
    body = urlencode({"preferred_editor": "remote"})
    assert client.put("/preferences/basic", body, content_type=FORM).status_code == HTTPStatus.FORBIDDEN
    response = client.put("/preferences/basic", body, content_type=FORM, headers={"X-CSRFToken": token})
    assert response.status_code == HTTPStatus.FOUND


def test_only_methods_that_change_something_can_stand_in_the_form(alice: User) -> None:
    seat = browser(alice)
    for method in ("put", "PATCH"):
        response = seat.post("/preferences/basic", {"preferred_editor": "id", "_method": method})
        assert response.status_code == HTTPStatus.FOUND
    assert seat.post("/messages/1", {"_method": "get"}).status_code in {404, 405}


# Texts that are not UTF-8


@pytest.mark.parametrize("query", ["query=%FF", "query=%C3", "%E4=1", "query=a%ED%A0%80", "a=b&c=%80"])
@pytest.mark.parametrize("path", ["/search", "/", "/history", "/oauth2/authorize", "/user/alice"])
def test_a_query_string_that_is_not_utf8_is_a_bad_request(client: Client, path: str, query: str) -> None:
    response = client.get(path, QUERY_STRING=query)
    assert response.status_code == HTTPStatus.BAD_REQUEST


def test_a_query_string_in_utf8_is_read(client: Client) -> None:
    for query in ("query=Z%C3%BCrich", "query=%EF%BF%BD", "query=%F0%9F%98%80", "query=Z\u00c3\u00bcrich"):
        assert client.get("/search", QUERY_STRING=query).status_code == HTTPStatus.OK


@pytest.mark.parametrize("body", [b"description=%FF", b"description=\xff", b"x=%C3&description=a"])
def test_a_form_that_is_not_utf8_is_a_bad_request(alice: User, body: bytes) -> None:
    response = browser(alice).post("/profile/description", body, content_type=FORM)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    alice.refresh_from_db()
    assert alice.description == ""


@pytest.mark.parametrize("path", ["/profile/description", "/traces", MAILS])
def test_a_multipart_form_that_is_not_utf8_is_a_bad_request(alice: User, path: str) -> None:
    body = encode_multipart(BOUNDARY, {"description": "STAND-IN", "visibility": "public"})
    for method in ("POST", "PUT"):
        response = browser(alice).generic(
            method, path, body.replace(b"STAND-IN", b"\xff"), content_type=MULTIPART_CONTENT
        )
        assert response.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED}
    assert alice.traces.count() == 0
    assert alice.preferences.count() == 0


# The log


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the instance writes to its log."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(RefusalsInOneLine())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "path",
    [
        "/user/alice/blocks?before=x",
        "/history?bbox=x&list=1",
        "/traces?after=-1",
        "/users?before=x",
        "/user/alice/status?event=x",
        "/notes?bbox=1,2",
        "/user/alice/notes?page=x",
        "/changeset/1?node_page=x",
        "/notices?before=%0Aforged",
        "/403/%0Aforged",
        "/no/" + "such/" * 10_000,
    ],
)
def test_a_bad_parameter_is_one_short_line_in_the_log(
    administrator: User, log: io.StringIO, path: str
) -> None:
    response = browser(administrator).get(path)
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert log.getvalue().count("\n") <= 1
    assert len(log.getvalue()) < 1000
    assert "Traceback" not in log.getvalue()


def test_a_form_that_cannot_be_read_is_one_line_in_the_log(client: Client, log: io.StringIO) -> None:
    client.post("/preview/text", b"x", content_type="multipart/form-data; boundary=\u00fc")
    client.post("/preview/text", b"--x", content_type="multipart/form-data")
    client.post("/preview/text", b"x=" + b"y" * 3_000_000, content_type=FORM)
    assert log.getvalue().count("\n") <= 3
    assert "Traceback" not in log.getvalue()


def test_our_own_errors_keep_their_traceback(log: io.StringIO) -> None:
    try:
        raise RuntimeError("ours")
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error", extra={"status_code": 500})
    assert "Traceback" in log.getvalue()


# Files at the root


def test_search_engines_are_told_what_to_leave_alone(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "public" in response["Cache-Control"]
    lines = response.content.decode().splitlines()
    assert "User-agent: *" in lines
    assert "Disallow: /api/" in lines


@pytest.mark.parametrize(
    ("path", "kind", "start"),
    [
        ("/favicon.ico", "image/x-icon", b"\0\0\1\0"),
        ("/apple-touch-icon.png", "image/png", b"\x89PNG"),
        ("/apple-touch-icon-precomposed.png", "image/png", b"\x89PNG"),
        ("/apple-touch-icon-120x120.png", "image/png", b"\x89PNG"),
        ("/apple-touch-icon-120x120-precomposed.png", "image/png", b"\x89PNG"),
    ],
)
def test_browsers_find_icons_at_the_root(client: Client, path: str, kind: str, start: bytes) -> None:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (HTTPStatus.OK, kind)
    assert response.content.startswith(start)
