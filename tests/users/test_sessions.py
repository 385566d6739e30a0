"""`/account/sessions`, and what ends with a session or a password: iD's token, and the access of applications."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model

from apps.oauth.actions import create_token
from apps.users import sessions
from apps.users.models import Session, User
from apps.web.accounts.browsers import browser_name
from tests.api06.client import get
from tests.conftest import PASSWORD
from tests.oauth.flow import address, browser, code_for, register

from .conftest import Mails
from .device import Device
from .test_login import log_in, who
from .test_passkeys import _domain, add  # noqa: F401 (a fixture)
from .test_two_factor import code_of, secret, switch_on  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db

NEW = "an entirely new one"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "/account/sessions"


def logged_in(user_agent: str = "", **fields: str) -> Client:
    """Return a browser that alice has logged in with."""
    client = Client(headers={"User-Agent": user_agent}) if user_agent else Client()
    assert log_in(client, "alice", **fields) == "/"
    return client


def editor_token(client: Client) -> str:
    found = re.search(r'data-token="([^"]+)"', client.get("/id").content.decode())
    assert found
    return found[1]


def works(token: str) -> bool:
    return get("user/details", Authorization=f"Bearer {token}").status == 200


def listed(client: Client) -> list[str]:
    """Return the handles of the other sessions on the page."""
    return re.findall(r'name="session" value="([^"]+)"', client.get(PAGE).content.decode())


def test_the_page_requires_a_login(client: Client, alice: User) -> None:
    assert client.get(PAGE)["Location"] == "/login?referer=%2Faccount%2Fsessions"
    assert client.post(PAGE).status_code == 403


def test_times_on_the_page_have_no_fractions_of_seconds(alice: User) -> None:
    stamps = re.findall(r'<time datetime="([^"]+)"', logged_in().get(PAGE).content.decode())
    assert [re.sub(r"\d", "0", stamp) for stamp in stamps] == ["0000-00-00T00:00:00+00:00"]


def test_the_page_says_where_a_user_is_logged_in(alice: User, bob: User) -> None:
    here, _there, _others = logged_in(FIREFOX), logged_in("<b>odd</b>"), log_in(Client(), "bob")
    page = here.get(PAGE).content.decode()
    assert page.count("<time ") == 2
    assert page.count("from 127.0.0.1") == 2
    assert "Firefox on Linux" in page
    assert "Unknown browser" in page
    assert "This is your current session" in page.partition("Unknown browser")[0]
    assert len(listed(here)) == 1
    assert 'href="/account/sessions"' in here.get("/account").content.decode()
    keys = Session.objects.values_list("session_key", flat=True)
    assert not [key for key in keys if key in page]


def test_a_session_can_be_ended_from_another_one(alice: User) -> None:
    here, there, elsewhere = logged_in(), logged_in(), logged_in()
    token, kept = editor_token(there), editor_token(elsewhere)
    assert works(token)
    handle = sessions._handle(there.session.session_key or "")
    assert handle in listed(here)
    assert "The session has ended" in here.post(PAGE, {"session": handle}, follow=True).content.decode()
    assert (who(here), who(there), who(elsewhere)) == ("alice", None, "alice")
    assert (works(token), works(kept)) == (False, True)
    assert len(listed(here)) == 1


def test_all_other_sessions_can_be_ended_at_once(alice: User, bob: User) -> None:
    here, there = logged_in(), logged_in()
    of_bob = Client()
    log_in(of_bob, "bob")
    token, own = editor_token(there), editor_token(here)
    application = create_token(alice, scopes=["read_prefs"])
    here.post(PAGE)
    assert (who(here), who(there), who(of_bob)) == ("alice", None, "bob")
    assert (works(token), works(own), works(application)) == (False, True, True)
    assert listed(here) == []
    assert "End all other sessions" not in here.get(PAGE).content.decode()


def test_sessions_of_others_cannot_be_ended(alice: User, bob: User) -> None:
    here, of_bob = logged_in(), browser(bob)
    for handle in (sessions._handle(of_bob.session.session_key or ""), "", "nul\0", "x" * 5000):
        assert here.post(PAGE, {"session": handle}).status_code == 302
    assert who(of_bob) == "bob"
    assert who(here) == "alice"


def test_expired_sessions_are_not_listed(alice: User) -> None:
    here, there = logged_in(), logged_in()
    Session.objects.filter(pk=there.session.session_key).update(expire_date=timezone.now())
    assert listed(here) == []


def test_the_list_has_an_end(alice: User) -> None:
    here = logged_in()
    later = timezone.now() + timedelta(days=30)
    Session.objects.bulk_create(
        Session(session_key=f"k{number:039}", session_data="x", expire_date=later, user=alice)
        for number in range(sessions.MOST_LISTED + 5)
    )
    assert len(sessions.sessions_of(alice, current=None)) == sessions.MOST_LISTED
    here.post(PAGE)
    assert Session.objects.count() == 1


def test_the_editors_token_ends_with_the_session_that_got_it(alice: User, bob: User) -> None:
    here, there = logged_in(), logged_in(remember_me="on")
    token, other = editor_token(here), editor_token(there)
    assert token != other
    here.post("/logout")
    assert (works(token), works(other)) == (False, True)
    log_in(there, "alice")
    assert works(other)
    log_in(there, "bob")
    assert not works(other)
    assert not get_access_token_model().objects.exists()


def test_a_log_out_ends_the_token_that_another_window_got_in_the_meantime(alice: User) -> None:
    here = logged_in()
    leaving = sessions.SessionStore(here.session.session_key)
    leaving.load()
    assert leaving.get("_auth_user_id")
    token = editor_token(here)
    leaving.flush()
    assert not works(token)


def test_a_request_that_began_before_the_editor_does_not_lose_its_token(alice: User) -> None:
    here, there = logged_in(), logged_in()
    tokens = []
    for client in (here, there):
        earlier = sessions.SessionStore(client.session.session_key)
        assert earlier.get("_auth_user_id")
        tokens.append(editor_token(client))
        earlier["_shown"] = 1
        earlier.save()
    # The next window shares the token.
    assert editor_token(here) == tokens[0]
    here.post("/logout")
    assert [works(token) for token in tokens] == [False, True]
    logged_in().post(PAGE)
    assert not works(tokens[1])


def test_the_editors_token_follows_a_new_key_of_the_session(alice: User) -> None:
    here = logged_in()
    token = editor_token(here)
    session = sessions.SessionStore(here.session.session_key)
    session.cycle_key()
    session.save()
    assert works(token)
    session.flush()
    assert not works(token)


@pytest.mark.parametrize("field", ["email", "password"])
def test_the_editors_token_ends_with_a_session_that_became_invalid(alice: User, field: str) -> None:
    here = logged_in()
    token = editor_token(here)
    User.objects.update(**{field: "other@example.org"})
    assert who(here) is None
    assert not works(token)


def test_a_new_email_address_ends_the_editors_tokens(alice: User, mails: Mails) -> None:
    here, there = logged_in(), logged_in()
    tokens = [editor_token(here), editor_token(there)]
    application = create_token(alice, scopes=["read_prefs"])
    fields = {"display_name": "alice", "new_email": "new@example.org", "current_password": PASSWORD}
    here.post("/account", fields)
    (mail,) = mails()
    here.post(mail.link)
    assert (who(here), who(there)) == ("alice", None)
    assert [works(token) for token in tokens] == [False, False]
    assert works(application)
    assert listed(here) == []


def test_a_new_password_ends_all_access_and_the_page_says_so(alice: User, bob: User) -> None:
    here, there = logged_in(), logged_in()
    application, _none = register(bob, confidential=False)
    code_for(here, address(application))
    tokens = [editor_token(here), editor_token(there), create_token(alice, scopes=["read_prefs"])]
    of_bob = create_token(bob, scopes=["read_prefs"])
    text = "applications have to ask you for access again"
    assert text in here.get("/account").content.decode()
    fields = {
        "display_name": "alice",
        "password": NEW,
        "password_confirmation": NEW,
        "current_password": PASSWORD,
    }
    page = here.post("/account", fields, follow=True).content.decode()
    assert "You have been logged out everywhere else" in page
    assert (who(here), who(there)) == ("alice", None)
    assert [works(token) for token in tokens] == [False, False, False]
    assert not get_grant_model().objects.exists()
    assert works(of_bob)
    assert listed(here) == []
    assert works(editor_token(here))


def test_a_refused_password_ends_nothing(alice: User) -> None:
    here, there = logged_in(), logged_in()
    token = create_token(alice, scopes=["read_prefs"])
    fields = {"display_name": "alice", "password": NEW, "password_confirmation": NEW}
    here.post("/account", {**fields, "current_password": "wrong"})
    assert (who(here), who(there), works(token)) == ("alice", "alice", True)


def test_a_reset_password_ends_all_access_and_the_page_says_so(alice: User, mails: Mails) -> None:
    there = logged_in()
    tokens = [editor_token(there), create_token(alice, scopes=["read_prefs"])]
    client = Client()
    client.post("/user/forgot-password", {"email": "alice@example.org"})
    (mail,) = mails()
    assert "applications have to ask you for access again" in client.get(mail.link).content.decode()
    fields = {"password": NEW, "password_confirmation": NEW}
    page = client.post(mail.link, fields, follow=True).content.decode()
    assert "You have been logged out everywhere else" in page
    assert (who(client), who(there)) == ("alice", None)
    assert [works(token) for token in tokens] == [False, False]


def test_a_password_can_be_reset_in_a_browser_that_is_logged_in(alice: User, mails: Mails) -> None:
    here = logged_in()
    here.post("/user/forgot-password", {"email": "alice@example.org"})
    (mail,) = mails()
    fields = {"password": NEW, "password_confirmation": NEW}
    assert here.post(mail.link, fields, follow=True).status_code == 200
    assert who(here) == "alice"


def test_a_deleted_account_has_no_sessions(alice: User) -> None:
    here, there = logged_in(), logged_in()
    editor_token(there)
    here.delete("/account")
    assert not Session.objects.filter(user=alice).exists()
    assert not get_access_token_model().objects.exists()


def test_switching_the_app_on_ends_the_other_sessions(client: Client, alice: User, secret: str) -> None:  # noqa: F811
    there = logged_in()
    token, own = editor_token(there), editor_token(client)
    assert "this logs you out everywhere else" in client.get("/account/two-factor").content.decode()
    switch_on(client, f"{(int(code_of(secret)) + 1) % 10**6:06}")
    assert who(there) == "alice"
    switch_on(client, code_of(secret))
    assert (who(client), who(there)) == ("alice", None)
    assert (works(token), works(own)) == (False, True)


def test_the_first_passkey_ends_the_other_sessions_and_further_ones_do_not(alice: User) -> None:
    here, there = browser(alice), logged_in()
    add(here, Device())
    assert (who(here), who(there)) == ("alice", None)
    other = browser(alice)
    add(here, Device(credential_id=b"another"), "Key")
    assert who(other) == "alice"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15; K) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iOS"),
        ("curl/8.5", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_have_names_for_people(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
