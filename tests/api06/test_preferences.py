"""Preferences over the API: what editors store for their users (API page, "Preferences")."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.users.models import User, UserPreference
from apps.users.stored_preferences import replace_preferences, set_preferences
from tests.conftest import make_user

from .client import Response, attributes, get, send
from .test_user_blocks import token

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(alice: User) -> str:
    return token(alice, "read_prefs write_prefs")


def stored(user: User) -> dict[str, str]:
    return dict(UserPreference.objects.filter(user=user).values_list("k", "v"))


def put(own: str, *preferences: tuple[str, str], key: str = "k") -> Response:
    rows = "".join(f'<preference {key}="{k}" v="{v}"/>' for k, v in preferences)
    body = f"<osm><preferences>{rows}</preferences></osm>"
    return send("PUT", "user/preferences", body, Authorization=own)


def test_replaced_preferences_are_returned_in_both_formats(alice: User, bob: User, own: str) -> None:
    set_preferences(alice, preferences={"old": "gone"})
    set_preferences(bob, preferences={"old": "kept"})
    response = put(own, ("josm.zoom", "17"), ("a", "&lt;&#x1F600;&gt;"))
    assert (response.status, response.body) == (200, b"")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert stored(alice) == {"josm.zoom": "17", "a": "<\U0001f600>"}
    assert stored(bob) == {"old": "kept"}
    response = get("user/preferences", Authorization=own)
    ((preferences),) = response.xml
    assert preferences.tag == "preferences"
    assert [attributes(row) for row in preferences] == [
        {"k": "a", "v": "<\U0001f600>"},
        {"k": "josm.zoom", "v": "17"},
    ]
    json = get("user/preferences.json", Authorization=own).json
    assert json["preferences"] == {"a": "<\U0001f600>", "josm.zoom": "17"}
    assert json["version"] == "0.6"
    assert put(own).status == 200
    assert stored(alice) == {}
    assert len(get("user/preferences", Authorization=own).xml[0]) == 0


@pytest.mark.parametrize("key", ["zoom", "site.color_scheme", "a/b c", "ü.svg", ".json"])
def test_a_preference_is_written_read_and_deleted_whatever_its_key(alice: User, own: str, key: str) -> None:
    path = f"user/preferences/{key}"
    assert (get(path, Authorization=own).status, get(path, Authorization=own).body) == (404, b"")
    for value in ("first\n", "Zürich\r\n"):
        response = send("PUT", path, value, Authorization=own)
        assert (response.status, response.body) == (200, b"")
    assert stored(alice) == {key: "Zürich"}
    response = get(path, Authorization=own, Accept="text/plain")
    assert (response.text, response.headers["Content-Type"]) == ("Zürich", "text/plain; charset=utf-8")
    assert send("DELETE", path, "", Authorization=own).status == 200
    response = send("DELETE", path, "", Authorization=own)
    assert (response.status, response.body) == (404, b"")
    assert stored(alice) == {}


def test_a_format_suffix_is_not_part_of_the_key(alice: User, own: str) -> None:
    """As the client osm-api builds its URLs."""
    send("PUT", "user/preferences/site.zoom.json", "17", Authorization=own)
    assert stored(alice) == {"site.zoom": "17"}
    response = get("user/preferences/site.zoom.xml", Authorization=own)
    assert (response.text, response.headers["Content-Type"]) == ("17", "text/plain; charset=utf-8")
    put(own, ("a.json", "1"))
    assert get("user/preferences/a.json.json", Authorization=own).text == "1"
    assert get("user/preferences/a.json", Authorization=own).status == 404


def test_only_one_trailing_newline_is_removed(alice: User, own: str) -> None:
    send("PUT", "user/preferences/a", "x\n\n", Authorization=own)
    assert stored(alice) == {"a": "x\n"}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ('<preference k="a" v="1"/><preference k="a" v="2"/>', 406, "Duplicate preferences with key a"),
        ('<preference k="a"/>', 400, "preference is missing value"),
        ('<preference v="a"/>', 400, "preference is missing key"),
        ('<preference k="a" v=""/>', 400, "UserPreference : v: is too short (minimum is 1 character)"),
        ('<preference k="" v="a"/>', 400, "UserPreference : k: is too short (minimum is 1 character)"),
        (
            f'<preference k="a" v="{"x" * 256}"/>',
            400,
            "UserPreference : v: is too long (maximum is 255 characters)",
        ),
        (
            f'<preference k="{"x" * 256}" v="a"/>',
            400,
            "UserPreference : k: is too long (maximum is 255 characters)",
        ),
        ('<preference k="a" v="&#x7F;"/>', 400, "UserPreference : v: contains invalid characters"),
        (
            "".join(f'<preference k="k{n}" v="1"/>' for n in range(151)),
            413,
            "You tried to store 151 preferences, however only 150 are allowed at once",
        ),
    ],
)
def test_a_refused_request_changes_nothing(
    alice: User, own: str, body: str, status: int, message: str
) -> None:
    set_preferences(alice, preferences={"old": "kept"})
    document = f'<osm><preferences><preference k="new" v="1"/>{body}</preferences></osm>'
    if status == 413:
        document = document.replace('<preference k="new" v="1"/>', "")
    response = send("PUT", "user/preferences", document, Authorization=own)
    assert (response.status, response.text, response.headers["Error"]) == (status, message, message)
    assert stored(alice) == {"old": "kept"}


@pytest.mark.parametrize(
    "document",
    ["", "<osm><preferences>", "\x00", '<!DOCTYPE osm [<!ENTITY a "b">]><osm><preferences/></osm>'],
)
def test_an_invalid_document_is_400(alice: User, own: str, document: str) -> None:
    set_preferences(alice, preferences={"old": "kept"})
    assert send("PUT", "user/preferences", document, Authorization=own).status == 400
    assert stored(alice) == {"old": "kept"}


def test_150_of_the_longest_preferences_are_accepted_but_a_megabyte_is_not(alice: User, own: str) -> None:
    longest = "&#x1F600;" * 255
    assert put(own, *((f"{n:03}{longest[27:]}", longest) for n in range(150))).status == 200
    assert len(stored(alice)) == 150
    assert put(own, ("a", "x" * 1_000_000)).status == 413
    assert send("PUT", "user/preferences/a", "x" * 1_000_001, Authorization=own).status == 413


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("a", b"", "v: is too short (minimum is 1 character)"),
        ("a", b"\xff", "v: contains invalid characters"),
        ("a", b"\x00", "v: contains invalid characters"),
        ("a", b"x" * 256, "v: is too long (maximum is 255 characters)"),
        ("a\x00b", b"x", "k: contains invalid characters"),
        ("x" * 256, b"x", "k: is too long (maximum is 255 characters)"),
    ],
)
def test_a_single_value_is_checked_too(alice: User, own: str, key: str, value: bytes, message: str) -> None:
    path = f"user/preferences/{key}"
    response = send("PUT", path, value, Authorization=own)
    assert (response.status, response.text) == (400, f"UserPreference : {message}")
    assert stored(alice) == {}
    assert get(path, Authorization=own).status == 404
    assert send("DELETE", path, "", Authorization=own).status == 404


def test_reading_and_writing_each_need_their_scope(alice: User, own: str) -> None:
    reader, writer = token(alice, "read_prefs"), token(alice, "write_prefs")
    assert get("user/preferences").text == "Couldn't authenticate you"
    assert get("user/preferences/a").status == 401
    assert get("user/preferences", Authorization=writer).status == 403
    assert put(reader, ("a", "1")).status == 403
    assert send("PUT", "user/preferences/a", "1", Authorization=reader).status == 403
    assert send("DELETE", "user/preferences/a", "", Authorization=reader).status == 403
    assert put(writer, ("a", "1")).status == 200
    response = send("POST", "user/preferences", "", Authorization=own)
    assert (response.status, response.headers["Allow"]) == (405, "GET, PUT, HEAD, OPTIONS")


def test_writing_all_takes_as_many_statements_as_writing_one(
    alice: User, own: str, django_assert_num_queries: "object"
) -> None:
    put(own, ("a", "1"))
    # The token, the blocks, the savepoint, the lock, the delete, the insert, the end of the savepoint.
    for number in (1, 100):
        with django_assert_num_queries(7):  # type: ignore[operator]
            put(own, *((f"k{n}", "1") for n in range(number)))


@pytest.mark.django_db(transaction=True)
def test_one_of_two_simultaneous_writes_wins_as_a_whole() -> None:
    user = make_user("alice")
    barrier, failures = Barrier(4), list[Exception]()

    def run(number: int) -> None:
        barrier.wait()
        try:
            if number == 3:
                set_preferences(user, preferences={"key0": "single"})
            else:
                keys = (f"key{n}" for n in range(50))
                replace_preferences(user, preferences=dict.fromkeys(keys, str(number)))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({value for key, value in stored(user).items() if key != "key0"}) == 1
