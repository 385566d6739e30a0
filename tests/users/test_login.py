"""`/login`, `/logout`, and the lifetime of sessions."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client, override_settings

from apps.users.models import User
from apps.web.parameters import safe_path
from tests.conftest import PASSWORD, make_user

WRONG = "No account has this name or email address and this password."
pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, password: str = PASSWORD, **fields: str) -> str:
    """Log in and return the URL of the redirect; empty if the form is shown again."""
    response = client.post("/login", {"username": username, "password": password, **fields})
    return response.get("Location", "")


def who(client: Client) -> str | None:
    """Return the name in the header of a page."""
    found = re.search(r"<summary><bdi>(.*?)</bdi>", client.get("/about").content.decode())
    return found[1] if found else None


@pytest.mark.parametrize(
    "username", ["alice", "alice@example.org", " alice ", "ALICE", "Alice@Example.ORG", "ａｌｉｃｅ"]
)
def test_a_user_logs_in_by_name_or_email(client: Client, alice: User, username: str) -> None:
    assert who(client) is None
    assert log_in(client, username) == "/"
    assert who(client) == "alice"


def test_names_that_differ_only_in_case_must_match_exactly(client: Client, alice: User) -> None:
    User.objects.create_user(
        "Alice", "other@example.org", "another password", status="active", terms_seen=True
    )
    assert log_in(client, "ALICE") == ""
    assert log_in(client, "Alice") == ""
    assert log_in(client, "Alice", "another password") == "/"
    assert who(client) == "Alice"


def test_an_email_takes_precedence_over_an_equal_name(client: Client, alice: User) -> None:
    User.objects.create_user("alice@example.org", "x@example.org", "another password", status="active")
    assert log_in(client, "alice@example.org") == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_response(client: Client, alice: User) -> None:
    pages = []
    for username in ("alice", "nobody", "alice@example.org", "no@example.org", "deleted"):
        response = client.post("/login", {"username": username, "password": "not the password"})
        assert response.status_code == 200
        page = response.content.decode()
        assert WRONG in page
        assert f'value="{username}"' in page
        assert "not the password" not in page
        pages.append(re.sub(r'(?:value|content)="[^"]*"', "", page))
    assert len(set(pages)) == 1
    assert who(client) is None


def test_a_deleted_account_cannot_log_in(client: Client, alice: User) -> None:
    User.objects.update(status="deleted")
    assert log_in(client, "alice") == ""
    assert who(client) is None


def test_an_author_of_imported_data_cannot_log_in(client: Client, alice: User) -> None:
    alice.set_unusable_password()
    alice.save()
    assert log_in(client, "alice", alice.password) == ""


def test_a_pending_user_is_told_to_confirm(client: Client, alice: User) -> None:
    User.objects.update(status="pending")
    response = client.post("/login", {"username": "alice", "password": PASSWORD}, follow=True)
    assert "We sent a confirmation email" in response.content.decode()
    assert who(client) is None


def test_a_suspended_user_is_told_so_and_gets_no_session(client: Client, alice: User) -> None:
    User.objects.update(status="suspended")
    assert log_in(client, "alice") == "/user/suspended"
    assert SESSION_KEY not in client.session
    assert "is suspended" in client.get("/user/suspended").content.decode()


def test_suspension_ends_the_session(client: Client, alice: User) -> None:
    log_in(client, "alice")
    User.objects.update(status="suspended")
    assert client.get("/about")["Location"] == "/user/suspended"
    User.objects.update(status="active")
    assert who(client) is None


@pytest.mark.parametrize("status", ["deleted", "pending"])
def test_the_session_of_a_deleted_account_is_invalid(client: Client, alice: User, status: str) -> None:
    log_in(client, "alice")
    User.objects.update(status=status)
    assert who(client) is None


def test_a_remembered_session_lasts_28_days_and_others_until_the_browser_closes(
    client: Client, alice: User
) -> None:
    log_in(client, "alice")
    assert client.cookies["_osm_session"]["max-age"] == ""
    log_in(client, "alice", remember_me="on")
    assert client.cookies["_osm_session"]["max-age"] == 28 * 24 * 3600
    assert client.cookies["_osm_session"]["httponly"]
    assert client.cookies["_osm_session"]["samesite"] == "Lax"


def test_login_changes_the_session_key(client: Client, alice: User) -> None:
    session = client.session
    session["pending_user"] = 1
    session.save()
    before = client.cookies["_osm_session"].value
    log_in(client, "alice")
    assert client.cookies["_osm_session"].value != before


@pytest.mark.parametrize(
    ("field", "value"), [("email", "new@example.org"), ("password", "md5$x$y"), ("email", None)]
)
def test_a_changed_email_or_password_ends_all_sessions(
    client: Client, alice: User, field: str, value: str | None
) -> None:
    log_in(client, "alice")
    assert who(client) == "alice"
    User.objects.update(**{field: value})
    assert who(client) is None


def test_login_leads_to_the_requested_page(client: Client, alice: User) -> None:
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


def test_a_logged_in_user_is_redirected(client: Client, alice: User) -> None:
    log_in(client, "alice")
    response = client.get("/login?referer=/help", follow=True)
    assert response.redirect_chain == [("/help", 302)]
    assert "already logged in" in response.content.decode()


def test_logging_out_requires_a_post_with_a_csrf_token(alice: User) -> None:
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


def test_logging_in_requires_a_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 403


def test_after_ten_wrong_passwords_even_the_right_one_is_rejected_from_that_network(
    client: Client, alice: User, bob: User
) -> None:
    for _ in range(5):
        log_in(client, "alice", "wrong")
        log_in(client, "ＡLICE", "wrong")
    response = client.post("/login", {"username": "alice", "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 900
    assert "Too many log-in attempts" in response.content.decode()
    assert who(client) is None
    assert log_in(client, "bob") == "/"


def test_nobody_can_lock_the_owner_out_from_another_network(client: Client, alice: User) -> None:
    for network in range(3):
        mallory = Client(REMOTE_ADDR=f"198.51.100.{network}")
        for _ in range(11):
            last = mallory.post("/login", {"username": "alice", "password": "wrong"})
        assert last.status_code == 429
    assert log_in(client, "alice") == "/"


def test_a_known_device_can_log_in_whatever_others_try(client: Client, alice: User) -> None:
    log_in(client, "alice")
    client.post("/logout")
    mallory = Client()
    for number in range(61):
        last = mallory.post("/login", {"username": f"alice{number or ''}", "password": "wrong"})
    for _ in range(11):
        mallory.post("/login", {"username": "alice", "password": "wrong"})
    assert last.status_code == 429
    assert log_in(Client(), "alice") == ""
    assert log_in(client, "alice@example.org") == "/"


@override_settings(GUESSES_PER_ACCOUNT=15)
def test_many_networks_together_cannot_guess_on_but_a_known_device_can(client: Client, alice: User) -> None:
    log_in(client, "alice")
    client.post("/logout")
    for network in range(4):
        mallory = Client(REMOTE_ADDR=f"198.51.100.{network}")
        statuses = [
            mallory.post("/login", {"username": "alice", "password": "wrong"}).status_code for _ in range(5)
        ]
    assert statuses == [429] * 5
    assert log_in(client, "alice") == "/"


def test_wrong_passwords_on_a_known_device_are_limited_too(client: Client, alice: User) -> None:
    log_in(client, "alice")
    client.post("/logout")
    for _ in range(10):
        log_in(client, "alice", "wrong")
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 429


def test_a_device_is_known_to_its_own_accounts_only(client: Client, alice: User, bob: User) -> None:
    log_in(client, "alice")
    cookie = client.cookies[f"_osm_device_{alice.pk}"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (365 * 24 * 3600, True, "Lax")
    client.post("/logout")
    client.cookies[f"_osm_device_{bob.pk}"] = cookie.value
    for _ in range(10):
        log_in(Client(), "bob", "wrong")
    assert log_in(client, "bob") == ""
    client.cookies[f"_osm_device_{bob.pk}"] = "forged:value"
    assert log_in(client, "bob") == ""


def test_the_counts_do_not_tell_which_name_has_which_email(client: Client, alice: User) -> None:
    for _ in range(9):
        log_in(client, "alice", "wrong")
        log_in(client, "alice@example.org", "wrong")
    assert log_in(client, "alice") == "/"


def test_unknown_names_are_rate_limited_too(client: Client, alice: User) -> None:
    statuses = [client.post("/login", {"username": "no", "password": "x"}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_right_password_resets_the_count(client: Client, alice: User) -> None:
    for _ in range(3):
        for _ in range(9):
            log_in(client, "alice", "wrong")
        assert log_in(client, "alice") == "/"


def test_an_ip_address_that_tries_many_accounts_is_rate_limited(client: Client, alice: User) -> None:
    for number in range(60):
        log_in(client, f"user{number}", "wrong")
    assert client.post("/login", {"username": "alice", "password": PASSWORD}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(elsewhere, "alice") == "/"


def test_people_can_log_in_without_redis(
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


def test_the_ip_address_is_the_one_that_our_proxy_saw(client: Client, alice: User) -> None:
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


def test_unseen_terms_are_shown_on_every_page(client: Client, alice: User) -> None:
    User.objects.update(terms_seen=False)
    log_in(client, "alice")
    assert client.get("/about/de").status_code == 200  # a text about the site
    assert client.get("/history?list=1")["Location"] == "/account/terms?referer=%2Fhistory%3Flist%3D1"
    assert client.get("/logout").status_code == 200
    assert client.get("/api/0.6/capabilities").status_code == 200


def test_a_name_cannot_break_the_page_header(client: Client, db: None) -> None:
    make_user("<b>&amp;")
    log_in(client, "<b>&amp;")
    assert who(client) == "&lt;b&gt;&amp;amp;"
