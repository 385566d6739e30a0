"""People write to each other on the site (upstream behaviour 2.10)."""

import html
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from apps.messaging.models import Message
from apps.notifications.models import Notice
from apps.users.models import User, UserMute
from tests.conftest import make_user
from tests.messaging.letters import letter
from tests.users.conftest import Mails, mails  # noqa: F401

from .test_discussion import browser
from .test_elements import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(alice: User) -> Client:
    return browser(alice)


@pytest.fixture
def others(bob: User) -> Client:
    return browser(bob)


def send(
    client: Client, to: str = "bob", title: str = "Hello", body: str = "Hi", **more: str
) -> HttpResponse:
    fields = {"display_name": to, "message[title]": title, "message[body]": body, **more}
    return client.post("/messages", fields)  # type: ignore[return-value]


def filled_in(page: str) -> tuple[str, str]:
    (title,) = re.findall(r'name="message\[title\]"[^>]* value="([^"]*)"|$', page)[:1]
    (body,) = re.findall(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
    return html.unescape(title), html.unescape(body)


def raw(client: Client, address: str) -> str:
    """The page with its line ends."""
    return client.get(address).content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'<a class="title"[^>]*><bdi>(.*?)</bdi>', page)


def badge(page: str) -> list[str]:
    return re.findall(r'class="badge-count">([^<]*)<', page)


def test_a_message_goes_from_the_profile_to_the_inbox_and_the_mailbox(
    own: Client,
    others: Client,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    assert 'href="/messages/new/bob"' in read(own, "/user/bob")
    assert 'href="/messages/new/alice"' not in read(own, "/user/alice")
    assert "<bdi>bob</bdi>" in read(own, "/messages/new/bob")
    answer = send(own, title="Which <b>bench</b>?", body="*This*\r\n<script>alert(1)</script>")
    assert (answer.status_code, answer["Location"]) == (302, "/messages/outbox")
    message = Message.objects.get()
    assert message.body == "*This*\n<script>alert(1)</script>"
    assert titles(read(own, "/messages/outbox")) == ["Which &lt;b&gt;bench&lt;/b&gt;?"]
    assert titles(read(own, "/messages/inbox")) == []
    page = read(others, "/messages/inbox")
    assert titles(page) == ["Which &lt;b&gt;bench&lt;/b&gt;?"]
    assert badge(page) == ["1", "1"]
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("bob@example.org", "[osmsite] Which <b>bench</b>?")
    page = read(others, mail.link)
    assert "<em>This</em>" in page
    assert "alert" not in page.split("<article")[1].split("</article>")[0]
    assert badge(page) == []
    assert not Notice.objects.exists()


def test_only_the_recipients_look_marks_a_message_read(
    own: Client, others: Client, alice: User, bob: User
) -> None:
    message = letter(alice, bob)
    own.get(f"/messages/{message.pk}")
    others.head(f"/messages/{message.pk}")
    with override_settings(STATUS="database_readonly"):
        assert others.get(f"/messages/{message.pk}").status_code == 200
    assert not Message.objects.get().read
    others.get(f"/messages/{message.pk}")
    assert Message.objects.get().read
    assert (
        others.post(f"/messages/{message.pk}/read_mark", {"_method": "delete"})["Location"]
        == "/messages/inbox"
    )
    assert not Message.objects.get().read
    others.post(f"/messages/{message.pk}/read_mark")
    assert Message.objects.get().read
    others.delete(f"/messages/{message.pk}/read_mark")
    assert own.post(f"/messages/{message.pk}/read_mark").status_code == 403
    assert not Message.objects.get().read


def test_a_form_can_be_prefilled_and_previewed(own: Client, bob: User) -> None:
    query = urlencode({"message[title]": 'A "title"', "message[body]": "\n</textarea><b>"})
    assert filled_in(raw(own, f"/messages/new/bob?{query}")) == ('A "title"', "\n</textarea><b>")
    page = send(own, body="**strong**", preview="1").content.decode()
    assert "<strong>strong</strong>" in page
    assert filled_in(page) == ("Hello", "**strong**")
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"title": " "}, 400, "This field is required."),
        ({"body": ""}, 400, "This field is required."),
        ({"body": " \n "}, 400, "Please enter a message."),
        ({"title": "x" * 256}, 400, "The text is too long."),
        ({"body": "x" * 65_537}, 400, "The text is too long."),
        ({"body": "x\x07"}, 400, "The text contains invalid characters."),
        ({"title": "x\x00"}, 400, "Null characters are not allowed."),
        ({}, 429, "You have sent a lot of messages recently."),
    ],
)
def test_what_is_wrong_is_said_in_the_form_and_the_text_is_kept(
    own: Client, alice: User, bob: User, fields: dict[str, str], status: int, words: str
) -> None:
    if status == 429:
        letter(alice, bob)
    before = Message.objects.count()
    answer = send(own, **{"title": "keep me", "body": "keep me too", **fields})
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    if "body" not in fields:
        assert filled_in(page)[1] == "keep me too"
    assert Message.objects.count() == before


def test_only_who_may_map_is_written_to(own: Client, alice: User, bob: User) -> None:
    message = letter(bob, alice)
    User.objects.filter(pk=bob.pk).update(status="suspended")
    for name in ("bob", "nobody", "a\x00b", ""):
        assert send(own, to=name).status_code == 404
    assert own.get("/messages/new/bob").status_code == 404
    assert own.get(f"/messages/{message.pk}/reply/new").status_code == 404
    page = read(own, f"/messages/{message.pk}")
    assert "<i>deleted</i>" in page
    assert "reply/new" not in page
    assert "<i>deleted</i>" in read(own, "/messages/inbox")


def test_an_answer_quotes_what_was_said(own: Client, others: Client, alice: User, bob: User) -> None:
    sent_at = timezone.now().replace(2026, 1, 2, 12, 30)
    first = letter(alice, bob, body="One\n\nTwo", sent_at=sent_at)
    title, body = filled_in(raw(others, f"/messages/{first.pk}/reply/new"))
    assert title == "Re: Hello"
    assert body.startswith("On Jan. 2, 2026, 12:30 p.m. UTC alice wrote:\n\n> One\n> \n> Two\n\n")
    assert Message.objects.get().read
    again = letter(bob, alice, "RE: Hello")
    assert filled_in(raw(own, f"/messages/{again.pk}/reply/new"))[0] == "RE: Hello"
    longest = letter(bob, alice, "x" * 255)
    assert len(filled_in(raw(own, f"/messages/{longest.pk}/reply/new"))[0]) == 255
    assert 'name="display_name" value="bob"' in read(own, f"/messages/{first.pk}/reply/new")


def test_each_side_deletes_for_itself(own: Client, others: Client, alice: User, bob: User) -> None:
    message = letter(alice, bob)
    answer = own.post(f"/messages/{message.pk}", {"_method": "delete"})
    assert answer["Location"] == "/messages/outbox"
    assert titles(read(own, "/messages/outbox")) == []
    assert titles(read(others, "/messages/inbox")) == ["Hello"]
    assert own.get(f"/messages/{message.pk}").status_code == 200
    assert others.delete(f"/messages/{message.pk}")["Location"] == "/messages/inbox"
    assert titles(read(others, "/messages/inbox")) == []
    assert badge(read(others, "/help")) == []
    assert own.post(f"/messages/{message.pk}").status_code == 405
    away = own.post(f"/messages/{message.pk}", {"_method": "delete", "referer": "https://example.com/x"})
    assert away["Location"] == "/x"


def test_the_message_of_two_is_none_of_a_thirds(
    moderator: User, alice: User, bob: User, client: Client
) -> None:
    message = letter(alice, bob, "Between us", body="Between us")
    third = browser(moderator)
    for path in ("", "/reply/new"):
        answer = third.get(f"/messages/{message.pk}{path}")
        assert answer.status_code == 403
        assert "You are logged in as <bdi>moderator</bdi>" in answer.content.decode()
        assert "Between us" not in answer.content.decode()
        assert "/login?referer=" in client.get(f"/messages/{message.pk}{path}")["Location"]
    for path in ("", "/read_mark", "/mute"):
        assert third.post(f"/messages/{message.pk}{path}", {"_method": "delete"}).status_code == 403
        assert client.post(f"/messages/{message.pk}{path}", {"_method": "delete"}).status_code == 403
    assert client.post("/messages", {"display_name": "bob"}).status_code == 403
    for number in (99, 2**63, 10**30):
        answer = third.get(f"/messages/{number}")
        assert answer.status_code == 404
        assert "could not be found" in answer.content.decode()
    message.refresh_from_db()
    assert (message.visible_to_sender, message.visible_to_recipient, message.muted) == (True, True, False)


def test_what_the_muted_write_lies_aside_until_it_is_moved(
    own: Client,
    others: Client,
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    assert "/messages/muted" not in read(others, "/messages/inbox")
    UserMute.objects.create(owner=bob, subject=alice)
    send(own)
    message = Message.objects.get()
    assert mails() == []
    page = read(others, "/messages/inbox")
    assert (titles(page), badge(page)) == ([], [])
    assert "/messages/muted" in page
    assert titles(read(others, "/messages/muted")) == ["Hello"]
    assert titles(read(own, "/messages/outbox")) == ["Hello"]
    assert own.post(f"/messages/{message.pk}/mute", {"_method": "delete"}).status_code == 403
    assert others.post(f"/messages/{message.pk}/mute").status_code == 405
    page = read(others, f"/messages/{message.pk}")
    assert "Unmute alice" in page
    answer = others.post(f"/messages/{message.pk}/mute", {"_method": "delete"})
    assert answer["Location"] == "/messages/inbox"
    assert titles(read(others, "/messages/inbox")) == ["Hello"]
    assert "/messages/muted" not in read(others, "/messages/inbox")


def test_a_long_inbox_is_read_page_by_page(own: Client, alice: User, bob: User) -> None:
    for number in range(25):
        letter(bob, alice, f"No. {number}")
    page = read(own, "/messages/inbox")
    assert titles(page) == [f"No. {number}" for number in range(24, 4, -1)]
    (older,) = re.findall(r'href="(\?before=\d+)"', page)
    assert titles(read(own, f"/messages/inbox{older}")) == [f"No. {number}" for number in range(4, -1, -1)]
    assert own.get("/messages/inbox?before=x")["Location"] == "/400"


def test_a_box_takes_as_many_statements_however_full(own: Client, alice: User, bob: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert own.get("/messages/inbox").status_code == 200
        return len(statements)

    letter(bob, alice)
    few = count()
    for number in range(15):
        letter(make_user(f"user{number}x"), alice)
    assert count() == few


def test_the_menu_counts_notices_and_messages_in_one_statement(own: Client, alice: User, bob: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            own.get("/help")
        return len(
            [one for one in captured if "notifications_notice" in one["sql"] or "messaging" in one["sql"]]
        )

    letter(bob, alice)
    letter(bob, alice, muted=True)
    for _ in range(2):
        Notice.objects.create(recipient=alice, event="x", subject="x", address="/")
    assert badge(read(own, "/help")) == ["3", "1", "2"]
    assert statements() == 1
    for _ in range(98):
        letter(bob, alice)
    assert badge(read(own, "/help")) == ["99+", "99", "2"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/user/alice/inbox", "/messages/inbox"),
        ("/user/alice/outbox", "/messages/outbox"),
        ("/message/new/bob%20b", "/messages/new/bob%20b"),
        ("/message/read/7", "/messages/7"),
        ("/messages/7/reply", "/messages/7/reply/new"),
    ],
)
def test_old_addresses_lead_on(client: Client, old: str, new: str) -> None:
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, new)


def test_only_posts_with_the_token_of_the_page_are_taken(alice: User, bob: User) -> None:
    client = browser(alice, enforce_csrf_checks=True)
    message = letter(bob, alice)
    assert send(client).status_code == 403
    fields: dict[str, Any] = {"_method": "delete"}
    assert client.post(f"/messages/{message.pk}", fields).status_code == 403
    (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(client, "/messages/new/bob"))
    assert send(client, csrfmiddlewaretoken=token).status_code == 302


def test_names_stand_at_messages_also_of_those_whose_edits_are_not_public(
    own: Client, alice: User, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(data_public=False)
    message = letter(bob, alice, sent_at=timezone.now() - timedelta(days=1))
    for path in ("/messages/inbox", f"/messages/{message.pk}"):
        assert '<a href="/user/bob"><bdi>bob</bdi></a>' in read(own, path)
