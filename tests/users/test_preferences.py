"""The preference pages."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.users.models import User
from apps.users.preferences import set_preferred_editor
from apps.users.recipients import recipients_among

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.mark.parametrize(
    "path", ["/preferences/basic", "/preferences/notifications", "/preferences/advanced"]
)
def test_preferences_require_a_login(path: str) -> None:
    response = Client().get(path)
    assert response["Location"] == f"/login?referer=%2F{path[1:].replace('/', '%2F')}"


@pytest.mark.parametrize("path", ["/preferences", "/preferences/edit"])
def test_old_urls_redirect_to_current_ones(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == "/preferences/basic"


def test_the_preferred_editor_is_saved_and_can_be_reset(client: Client, alice: User) -> None:
    for sent, kept in (("remote", "remote"), ("id", "id"), ("", None)):
        assert client.post("/preferences/basic", {"preferred_editor": sent}).status_code == 302
        alice.refresh_from_db()
        assert alice.preferred_editor == kept
    assert "Your preferences have been saved." in client.get("/preferences/basic").content.decode()


def test_an_unknown_editor_is_rejected(client: Client, alice: User) -> None:
    assert "has-error" in client.post("/preferences/basic", {"preferred_editor": "vi"}).content.decode()
    alice.refresh_from_db()
    assert alice.preferred_editor is None


def test_languages_are_saved_in_order_without_duplicates(client: Client, alice: User) -> None:
    client.post("/preferences/advanced", {"languages": " de-CH, de ,en,de,, "})
    alice.refresh_from_db()
    assert alice.languages == "de-CH,de,en"
    assert 'value="de-CH, de, en"' in client.get("/preferences/advanced").content.decode()
    client.post("/preferences/advanced", {"languages": ""})
    alice.refresh_from_db()
    assert alice.languages is None


@pytest.mark.parametrize(
    "languages",
    ["d", "de_CH", "de\0", "<b>", "de; en", ",".join(f"en-x{n}" for n in range(60)), "a" * 1_000_000],
)
def test_invalid_language_lists_are_rejected(client: Client, alice: User, languages: str) -> None:
    assert "has-error" in client.post("/preferences/advanced", {"languages": languages}).content.decode()
    alice.refresh_from_db()
    assert alice.languages is None


def test_unticked_events_are_not_mailed(client: Client, alice: User) -> None:
    def ticked() -> list[str]:
        page = client.get("/preferences/notifications").content.decode()
        return re.findall(r'<input type="checkbox" name="(\w+)"[^>]* checked', page)

    alice.preferences.create(k="site.zoom", v="17")
    everything = ticked()
    assert "direct_message" in everything
    assert len(everything) == 6
    client.post("/preferences/notifications", {"direct_message": "on", "new_follower": "on"})
    assert ticked() == ["direct_message", "new_follower"]
    assert alice.preferences.get(k="notification.note_comment.email").v == "false"
    assert recipients_among(User.objects.all(), event="note_comment")[0].email is None
    assert recipients_among(User.objects.all(), event="new_follower")[0].email == alice.email
    client.post("/preferences/notifications", dict.fromkeys(everything, "on"))
    assert ticked() == everything
    assert alice.preferences.count() == 7


def test_only_known_editors_can_be_preferred(alice: User) -> None:
    with pytest.raises(ValidationError, match="There is no editor potlatch"):
        set_preferred_editor(alice, editor="potlatch")
    set_preferred_editor(alice, editor="remote")
    set_preferred_editor(alice, editor=None)
