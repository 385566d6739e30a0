"""`/login`, `/logout`, and how long a session lasts."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client, override_settings

from apps.users.models import User
from apps.web.parameters import safe_path
from tests.conftest import PASSWORD, make_user

WRONG = "There is no account of that name or e-mail address with that password."
pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str = PASSWORD, **fields: str) -> str:
    """Where the answer leads to; empty where the form came again."""
    response = client.post("/login", {"username": username, "password": password, **fields})
    return response.get("Location", "")


def who(client: Client) -> str | None:
    """Whom the header of a page greets."""
    found = re.search(r"<summary><bdi>(.*?)</bdi>", client.get("/about").content.decode())
    return found[1] if found else None


@pytest.mark.parametrize(
    "username", ["alice", "alice@example.org", " alice ", "ALICE", "Alice@Example.ORG", "ａｌｉｃｅ"]
)
def test_a_user_logs_in_by_name_or_address(client: Client, alice: User, username: str) -> None:
    assert who(client) is None
    assert log_in(client, username) == "/"
    assert who(client) == "alice"


def test_where_capitals_tell_two_apart_only_the_exact_name_counts(client: Client, alice: User) -> None:
    User.objects.create_user(
        "Alice", "other@example.org", "another password", status="active", terms_seen=True
    )
    assert log_in(client, "ALICE") == ""
    assert log_in(client, "Alice") == ""
    assert log_in(client, "Alice", "another password") == "/"
    assert who(client) == "Alice"


def test_the_address_of_one_is_preferred_to_the_equal_name_of_another(client: Client, alice: User) -> None:
    User.objects.create_user("alice@example.org", "x@example.org", "another password", status="active")
    assert log_in(client, "alice@example.org") == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client, alice: User) -> None:
    pages = []
    for username in ("alice", "nobody", "alice@example.org", "no@example.org", "deleted"):
        response = client.post("/login", {"username": username, "password": "not the password"})
        assert response.status_code == 200
        page = response.content.decode()
        assert WRONG in page
        assert f'value="{username}"' in page
        assert "not the password" not in page
        pages.append(re.sub(r'value="[^"]*"', "", page))
    assert len(set(pages)) == 1
    assert who(client) is None


def test_a_deleted_account_has_no_log_in(client: Client, alice: User) -> None:
    User.objects.update(status="deleted")
    assert log_in(client, "alice") == ""
    assert who(client) is None


def test_an_author_of_imported_data_has_no_log_in(client: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    assert log_in(client, "alice", alice.password) == ""


def test_a_pending_user_is_told_to_confirm(client: Client, alice: User) -> None:
    User.objects.update(status="pending")
    response = client.post("/login", {"username": "alice", "password": PASSWORD}, follow=True)
    assert "We sent a confirmation email" in response.content.decode()
    assert who(client) is None


def test_a_suspended_user_reads_that_and_has_no_session(client: Client, alice: User) -> None:
    User.objects.update(status="suspended")
    assert log_in(client, "alice") == "/user/suspended"
    assert SESSION_KEY not in client.session
    assert "is suspended" in client.get("/user/suspended").content.decode()


def test_who_is_suspended_meanwhile_is_thrown_out(client: Client, alice: User) -> None:
    log_in(client, "alice")
    User.objects.update(status="suspended")
    assert client.get("/about")["Location"] == "/user/suspended"
    User.objects.update(status="active")
    assert who(client) is None


@pytest.mark.parametrize("status", ["deleted", "pending"])
def test_the_session_of_an_account_that_is_gone_stands_for_nobody(
    client: Client, alice: User, status: str
) -> None:
    log_in(client, "alice")
    User.objects.update(status=status)
    assert who(client) is None


def test_a_remembered_session_lasts_28_days_and_others_as_long_as_the_browser(
    client: Client, alice: User
) -> None:
    log_in(client, "alice")
    assert client.cookies["_osm_session"]["max-age"] == ""
    log_in(client, "alice", remember_me="on")
    assert client.cookies["_osm_session"]["max-age"] == 28 * 24 * 3600
    assert client.cookies["_osm_session"]["httponly"]
    assert client.cookies["_osm_session"]["samesite"] == "Lax"


def test_the_session_has_another_key_after_the_log_in(client: Client, alice: User) -> None:
    session = client.session
    session["pending_user"] = 1
    session.save()
    before = client.cookies["_osm_session"].value
    log_in(client, "alice")
    assert client.cookies["_osm_session"].value != before


@pytest.mark.parametrize(
    ("field", "value"), [("email", "new@example.org"), ("password", "md5$x$y"), ("email", None)]
)
def test_a_changed_address_or_password_ends_the_sessions(
    client: Client, alice: User, field: str, value: str | None
) -> None:
    log_in(client, "alice")
    assert who(client) == "alice"
    User.objects.update(**{field: value})
    assert who(client) is None


def test_one_goes_on_to_where_one_was_going(client: Client, alice: User) -> None:
    page = client.get("/login?referer=/edit%3Fway%3D1%23map%3D1/2/3").content.decode()
    assert '<input type="hidden" name="referer" value="/edit?way=1#map=1/2/3">' in page
    assert log_in(client, "alice", referer="/edit?way=1#map=1/2/3") == "/edit?way=1#map=1/2/3"


@pytest.mark.parametrize(
    ("referer", "path"),
    [
        ("/way/1?x=1#map=1/2/3", "/way/1?x=1#map=1/2/3"),
        ("https://mallory.example/way/1?x=1#y", "/way/1?x=1#y"),
        ("//mallory.example/way/1", "/way/1"),
        ("https://mallory.example//evil.example", None),
        ("////mallory.example", None),
        ("/\\mallory.example", None),
        ("\\\\mallory.example", None),
        ("javascript:alert(1)", None),
        ("data:/x", None),
        ("way/1", None),
        ("http://[broken/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_referer_never_leads_to_another_site(referer: str | None, path: str | None) -> None:
    assert safe_path(referer) == path


def test_who_is_logged_in_is_sent_on(client: Client, alice: User) -> None:
    log_in(client, "alice")
    response = client.get("/login?referer=/help", follow=True)
    assert response.redirect_chain == [("/help", 302)]
    assert "already logged in" in response.content.decode()


def test_logging_out_takes_a_post_with_its_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.get("/logout?referer=/help").content.decode()
    assert who(client) == "alice"
    assert client.post("/logout").status_code == 403
    assert who(client) == "alice"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    response = client.post("/logout", {"csrfmiddlewaretoken": token[1], "referer": "/help"})
    assert response["Location"] == "/help"
    assert who(client) is None


def test_logging_in_takes_a_token_too(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 403


def test_after_ten_wrong_passwords_the_account_waits_whatever_the_password(
    client: Client, alice: User, bob: User
) -> None:
    for _ in range(5):
        log_in(client, "alice", "wrong")
        log_in(client, "ALICE@example.org", "wrong")
    response = client.post("/login", {"username": "alice", "password": PASSWORD})
    assert response.status_code == 429
    assert "too many attempts" in response.content.decode()
    assert who(client) is None
    assert log_in(client, "bob") == "/"


def test_an_unknown_name_waits_as_well(client: Client, alice: User) -> None:
    statuses = [client.post("/login", {"username": "no", "password": "x"}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_right_password_starts_the_count_anew(client: Client, alice: User) -> None:
    for _ in range(3):
        for _ in range(9):
            log_in(client, "alice", "wrong")
        assert log_in(client, "alice") == "/"


def test_an_address_that_tries_many_accounts_waits(client: Client, alice: User) -> None:
    for number in range(60):
        log_in(client, f"user{number}", "wrong")
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(elsewhere, "alice") == "/"


def test_without_redis_people_still_log_in(
    client: Client, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    with override_settings(CACHES=nowhere):
        assert log_in(client, "alice") == "/"
    assert "is not counted" in caplog.text


def test_an_address_behind_a_proxy_is_what_our_proxy_saw(client: Client, alice: User) -> None:
    forged = Client(REMOTE_ADDR="10.0.0.1")
    with override_settings(PROXIES=1):
        for number in range(60):
            headers = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.9"}
            forged.post("/login", {"username": f"user{number}", "password": "x"}, headers=headers)
        last = {"X-Forwarded-For": "203.0.113.99, 198.51.100.9"}
        fields = {"username": "alice", "password": PASSWORD}
        assert forged.post("/login", fields, headers=last).status_code == 429
        other = {"X-Forwarded-For": "198.51.100.9, 203.0.113.5"}
        assert forged.post("/login", fields, headers=other).status_code == 302


def test_who_has_not_seen_the_terms_is_shown_them_on_every_page(client: Client, alice: User) -> None:
    User.objects.update(terms_seen=False)
    log_in(client, "alice")
    assert client.get("/about/de").status_code == 200  # a text about the site
    assert client.get("/history?list=1")["Location"] == "/account/terms?referer=%2Fhistory%3Flist%3D1"
    assert client.get("/logout").status_code == 200
    assert client.get("/api/0.6/capabilities").status_code == 200


def test_a_name_cannot_break_the_header(client: Client, db: None) -> None:
    make_user("<b>&amp;")
    log_in(client, "<b>&amp;")
    assert who(client) == "&lt;b&gt;&amp;amp;"
