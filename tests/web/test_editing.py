"""The pages of the editors: access, tokens, parameters."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from pytest_django.fixtures import Settings

from apps.oauth.actions import EDITOR, EDITOR_SCOPES, create_token, editor_application, editor_token
from apps.oauth.models import Application
from apps.users.models import Session, User
from apps.users.sessions import SessionStore, end_sessions
from tests.oauth.flow import browser

from .test_elements import read, text_of

pytestmark = pytest.mark.django_db


def token_in(page: str) -> str:
    found = re.search(r'data-token="([^"]+)"', page)
    assert found
    return found[1]


def selected_in(page: str) -> str:
    found = re.search(r'data-selected="([^"]*)"', page)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", ["/edit", "/edit?editor=id&node=1", "/id"])
def test_visitors_are_sent_to_log_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/login?referer=%2F" + path[1:].split("?", maxsplit=1)[0])


def test_the_editor_gets_a_token_that_the_api_accepts(alice: User) -> None:
    token = token_in(read(browser(alice), "/id"))
    details = Client().get("/api/0.6/user/details.json", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert details.json()["user"]["display_name"] == "alice"
    assert get_access_token_model().objects.get().scope == EDITOR_SCOPES


def test_each_session_has_one_token_which_is_reused(alice: User, bob: User) -> None:
    clients = [browser(alice), browser(bob), browser(alice)]
    tokens = [token_in(read(client, "/id")) for client in clients]
    assert len(set(tokens)) == 3
    assert [token_in(read(client, "/id")) for client in clients] == tokens
    assert get_access_token_model().objects.count() == 3
    assert Application.objects.get().client_id == EDITOR


def test_a_revoked_token_stays_invalid_and_the_editor_gets_a_new_one(alice: User) -> None:
    client = browser(alice)
    before = token_in(read(client, "/id"))
    application = Application.objects.get(client_id=EDITOR)
    assert "iD" in text_of(read(client, "/oauth2/authorized_applications"))
    client.post(f"/oauth2/authorized_applications/{application.pk}", {"_method": "delete"})
    after = token_in(read(client, "/id"))
    assert before != after
    status = Client().get("/api/0.6/user/details", HTTP_AUTHORIZATION=f"Bearer {before}").status_code
    assert status == 401


@pytest.mark.django_db(transaction=True)
def test_windows_that_open_at_the_same_time_share_one_token(alice: User) -> None:
    key = browser(alice).session.session_key

    def opened(session: SessionStore) -> str:
        try:
            return editor_token(alice, session)
        finally:
            connection.close()

    windows = [SessionStore(key) for _ in range(8)]
    for window in windows:
        assert window.get(SESSION_KEY)
    with ThreadPoolExecutor(4) as pool:
        tokens = set(pool.map(opened, windows))
    assert len(tokens) == 1
    assert get_access_token_model().objects.count() == 1


def test_the_token_expires_with_the_session(alice: User) -> None:
    client = browser(alice)
    token_in(read(client, "/id"))
    token = get_access_token_model().objects.get()
    info = Client().get("/oauth2/token/info", headers={"Authorization": f"Bearer {token.token}"}).json()
    assert 0 < info["expires_in"] <= 28 * 24 * 3600
    assert abs(token.expires - client.session.get_expiry_date()) < timedelta(minutes=1)
    assert abs(token.expires - Session.objects.get().expire_date) < timedelta(minutes=1)
    get_access_token_model().objects.update(expires=timezone.now())
    assert token_in(read(client, "/id")) != token.token
    assert get_access_token_model().objects.count() == 1


def test_the_migration_ends_the_tokens_that_never_expire(alice: User) -> None:
    token_in(read(browser(alice), "/id"))
    other = create_token(alice, scopes=["read_prefs"])
    migration = import_module("apps.oauth.migrations.0004_add_used_code")
    with connection.schema_editor() as editor:
        migration.revoke_editor_tokens(apps, editor)
        # PostgreSQL would refuse this if checks of the deleted rows were pending.
        editor.execute("ALTER TABLE oauth2_provider_accesstoken ALTER scope SET NOT NULL")
    assert get_access_token_model().objects.get().token == other


def test_a_session_that_has_ended_in_the_meantime_gets_no_token(alice: User) -> None:
    window = SessionStore(browser(alice).session.session_key)
    assert window.get(SESSION_KEY)
    end_sessions(alice)
    with pytest.raises(SessionInterrupted):
        editor_token(alice, window)
    assert not get_access_token_model().objects.exists()


def test_the_token_is_neither_cached_nor_framed_by_other_sites(alice: User) -> None:
    client = browser(alice)
    response = client.get("/id")
    assert "no-store" in response["Cache-Control"]
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "'self'"
    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert "'unsafe-inline'" not in policy["script-src"]
    token = token_in(response.content.decode())
    for path in ("/edit", "/", "/user/alice"):
        assert token not in read(client, path)
    assert "unsafe" not in client.get("/edit")["Content-Security-Policy"]
    assert client.post("/id").status_code == 405


@pytest.mark.parametrize(
    ("query", "selected"),
    [
        ("node=1", "n1"),
        ("way=1", "w1"),
        ("relation=1", "r1"),
        ("note=7", "note/7"),
        ("node=4", ""),
        ("node=99", ""),
        ("node=1%00", ""),
        ("node=-1", ""),
        ("node=\N{ARABIC-INDIC DIGIT ONE}", ""),
        ("way=99999999999999999999999", ""),
        ("way=9223372036854775808", ""),
        ("node=" + "1" * 100_000, ""),
        ("", ""),
    ],
)
def test_the_frame_gets_the_element_from_the_url_if_it_is_visible(
    village: None, alice: User, query: str, selected: str
) -> None:
    assert selected_in(read(browser(alice), f"/edit?{query}")) == selected


def test_the_frame_gets_the_url_of_a_trace(alice: User) -> None:
    assert 'data-gpx="/traces/12/data.gpx"' in read(browser(alice), "/edit?gpx=12")
    assert "data-gpx" not in read(browser(alice), "/edit?gpx=x")


def test_the_editor_comes_from_the_url_then_the_user_then_the_instance(
    alice: User, settings: Settings
) -> None:
    client = browser(alice)
    assert 'id="editor"' in read(client, "/edit")
    assert 'id="remote-control"' in read(client, "/edit?editor=remote")
    settings.DEFAULT_EDITOR = "remote"
    assert 'id="remote-control"' in read(client, "/edit")
    assert 'id="editor"' in read(client, "/edit?editor=id")
    assert 'id="remote-control"' in read(client, "/edit?editor=nonsense")
    User.objects.update(preferred_editor="id")
    assert 'id="editor"' in read(client, "/edit")
    assert "This editor is no longer available" in read(client, "/edit?editor=potlatch2")


def test_remote_control_needs_no_account_and_gets_the_element(client: Client, village: None) -> None:
    page = read(client, "/edit?editor=remote&way=1")
    assert '"url": "/api/0.6/way/1/full.json"' in page
    assert "/login" not in client.get("/edit?editor=remote").headers.get("Location", "")


def test_former_position_parameters_move_to_the_fragment(client: Client) -> None:
    response = client.get("/edit?lat=47.1&lon=9.5&zoom=17&editor=id")
    assert response["Location"] == "/edit?editor=id#map=17/47.1/9.5"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"data_public": False}, "Your edits are not public"),
        ({"terms_agreed": None}, "You have not agreed to the contributor terms"),
    ],
)
def test_users_who_cannot_edit_are_told_why(alice: User, changes: dict[str, object], text: str) -> None:
    User.objects.update(**changes)
    page = read(browser(alice), "/edit")
    assert text in page
    assert "iframe" not in page


def test_a_blocked_user_is_told_why_instead_of_getting_the_editor(mallory: User) -> None:
    client = browser(mallory)
    page = read(client, "/edit")
    assert "Your account is blocked" in page
    assert f'href="/user_blocks/{mallory.blocks.get().pk}"' in page.split("<main")[1]
    assert "iframe" not in page
    assert client.get("/id")["Location"] == "/edit"
    assert not get_access_token_model().objects.exists()
    mallory.blocks.update(ends_at=timezone.now())
    assert "iframe" in read(client, "/edit")
    assert client.get("/id").status_code == 200


@pytest.mark.parametrize(
    ("status", "can_edit"), [("api_readonly", False), ("database_readonly", False), ("gpx_offline", True)]
)
def test_there_is_no_editor_while_nothing_can_be_saved(
    alice: User, settings: Settings, status: str, can_edit: bool
) -> None:
    settings.STATUS = status
    client = browser(alice)
    assert ("iframe" in read(client, "/edit")) == can_edit
    assert client.get("/id").status_code == (200 if can_edit else 302)
    assert get_access_token_model().objects.exists() == can_edit


def test_without_the_package_the_page_says_so(alice: User, settings: Settings) -> None:
    settings.EDITOR_FOLDERS = {}
    assert "not installed" in read(browser(alice), "/edit")


def test_the_frame_loads_everything_from_this_site(alice: User) -> None:
    page = read(browser(alice), "/id")
    assert set(re.findall(r'(?:src|href|data-assets)="([^"]+?)(?:\?|")', page)) >= {"/static/js/id.js"}
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "/static/vendor/npm/@openstreetmap/id@" in page
    assert not re.search(r"<script>|\sstyle=|\son\w+=", page)


def test_the_edit_button_opens_the_preferred_editor(client: Client, alice: User) -> None:
    assert 'class="edit" href="/edit" data-editor="id"' in read(client, "/about")
    User.objects.update(preferred_editor="remote")
    assert 'class="edit" href="/edit" data-editor="remote"' in read(browser(alice), "/about")


def test_the_migration_creates_the_same_application_as_the_first_token() -> None:
    def made() -> dict[str, object]:
        row = Application.objects.values().get(client_id=EDITOR)
        return {name: row[name] for name in row.keys() - {"id", "created", "updated", "client_secret"}}

    Application.objects.all().delete()
    import_module("apps.oauth.migrations.0003_editor").make_editor(apps, None)
    by_migration = made()
    Application.objects.all().delete()
    editor_application()
    assert made() == by_migration
