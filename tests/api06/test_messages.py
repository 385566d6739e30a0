"""Messages over the API (upstream behaviour 1.18)."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from apps.messaging.actions import send as send_message
from apps.messaging.errors import TooManyMessagesError
from apps.messaging.models import Message
from apps.users.models import User, UserMute, UserPreference, UserRole
from tests.conftest import make_user
from tests.messaging.letters import letter
from tests.users.conftest import Mails, mails  # noqa: F401

from .client import Response, attributes, get, send
from .test_user_blocks import token

pytestmark = pytest.mark.django_db
BOTH = "consume_messages send_messages"


@pytest.fixture
def own(alice: User) -> str:
    return token(alice, BOTH)


@pytest.fixture
def others(bob: User) -> str:
    return token(bob, BOTH)


def post(authorization: str, suffix: str = "", **parameters: Any) -> Response:
    return send("POST", f"user/messages{suffix}", urlencode(parameters), Authorization=authorization)


def test_sender_and_recipient_each_read_a_message_from_their_side(
    alice: User,
    bob: User,
    own: str,
    others: str,
    mails: Mails,  # noqa: F811
) -> None:
    response = post(own, recipient_id=bob.pk, recipient="nobody", title="A <bench>", body="*Where* is it?\n")
    assert (response.status, response.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    stored = Message.objects.get()
    (sent,) = response.xml
    assert attributes(sent) == {
        "id": str(stored.pk),
        "from_user_id": str(alice.pk),
        "from_display_name": "alice",
        "to_user_id": str(bob.pk),
        "to_display_name": "bob",
        "sent_on": f"{stored.sent_at:%Y-%m-%dT%H:%M:%SZ}",
        "body_format": "markdown",
        "deleted": "false",
    }
    assert [(child.tag, child.text) for child in sent] == [
        ("title", "A <bench>"),
        ("body", "*Where* is it?\n"),
    ]
    assert get(f"user/messages/{stored.pk}", Authorization=own).body == response.body
    (received,) = get(f"user/messages/{stored.pk}", Authorization=others).xml
    assert list(attributes(received)) == [*list(attributes(sent))[:-1], "message_read", "deleted"]
    assert received.get("message_read") == "false"
    json = get(f"user/messages/{stored.pk}.json", Authorization=others).json
    assert json["version"] == "0.6"
    assert list(json["message"].items()) == [
        ("id", stored.pk),
        ("from_user_id", alice.pk),
        ("from_display_name", "alice"),
        ("to_user_id", bob.pk),
        ("to_display_name", "bob"),
        ("title", "A <bench>"),
        ("sent_on", sent.get("sent_on")),
        ("message_read", False),
        ("deleted", False),
        ("body_format", "markdown"),
        ("body", "*Where* is it?\n"),
    ]
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("bob@example.org", "[osmsite] A <bench>")
    assert mail.link == f"/messages/{stored.pk}"


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({}, 400, "No title was given"),
        ({"title": " \n"}, 400, "No title was given"),
        ({"title": "x", "recipient_id": "99"}, 400, "No body was given"),
        ({"title": "x", "body": "x"}, 400, "No recipient was given"),
        ({"title": "x", "body": "x", "recipient_id": "99", "recipient": "bob"}, 404, ""),
        ({"title": "x", "body": "x", "recipient_id": "9" * 30}, 404, ""),
        ({"title": "x", "body": "x", "recipient_id": "0"}, 404, ""),
        ({"title": "x", "body": "x", "recipient_id": ""}, 404, ""),
        ({"title": "x", "body": "x", "recipient": "nobody"}, 400, "Message : recipient: must exist"),
        ({"title": "x", "body": "x", "recipient": "b\0b"}, 400, "Message : recipient: must exist"),
        (
            {"title": "x" * 256, "body": "x", "recipient": "bob"},
            400,
            "Message : title: is too long (maximum is 255 characters)",
        ),
        (
            {"title": "x\0", "body": "x", "recipient": "bob"},
            400,
            "Message : title: contains invalid characters",
        ),
        (
            {"title": "x", "body": "\ufffe", "recipient": "bob"},
            400,
            "Message : body: contains invalid characters",
        ),
        (
            {"title": "x", "body": "x" * 65_537, "recipient": "bob"},
            400,
            "Message : body: is too long (maximum is 65536 characters)",
        ),
        ({"title": "x", "body": "x" * 2_700_000}, 413, "The form is larger than 2621440 bytes"),
    ],
)
def test_errors_are_reported_in_this_order(
    own: str, bob: User, fields: dict[str, str], status: int, message: str
) -> None:
    response = post(own, **fields)
    assert (response.status, response.text) == (status, message)
    assert not Message.objects.exists()


def test_a_user_who_cannot_log_in_receives_no_messages(own: str, bob: User) -> None:
    for status in ("pending", "suspended", "deleted"):
        User.objects.filter(pk=bob.pk).update(status=status)
        assert post(own, title="x", body="x", recipient_id=bob.pk).status == 404
        assert post(own, title="x", body="x", recipient="bob").status == 400


def test_only_the_recipient_can_mark_a_message_as_read(alice: User, bob: User, own: str, others: str) -> None:
    message = letter(alice, bob)
    target = f"user/messages/{message.pk}"
    get(target, Authorization=others)
    for method, form, read in (
        ("PUT", True, "true"),
        ("POST", True, "false"),
        ("POST", False, "true"),
        ("PUT", False, "true"),
        ("PUT", False, "false"),
    ):
        query = f"read_status={read}"
        path, body = (target, query) if form else (f"{target}?{query}", "")
        ((shown),) = send(method, path, body, Authorization=others).xml
        assert shown.get("message_read") == read
        message.refresh_from_db()
        assert message.read is (read == "true")
    for status in ("", "?read_status=yes", "?read_status=TRUE"):
        response = send("PUT", target + status, "", Authorization=own)
        assert (response.status, response.text) == (400, "Invalid value of `read_status` was given")
    response = send("PUT", f"{target}?read_status=true", "", Authorization=own)
    assert (response.status, response.text) == (403, "Access denied")
    assert send("PUT", "user/messages/99?read_status=no", "", Authorization=own).status == 404


def test_each_side_deletes_for_itself_and_can_still_read(
    alice: User, bob: User, own: str, others: str
) -> None:
    message = letter(alice, bob)
    target = f"user/messages/{message.pk}"
    assert send("DELETE", target, "", Authorization=own).xml[0].get("deleted") == "true"
    assert get(target, Authorization=others).xml[0].get("deleted") == "false"
    assert get(target, Authorization=own).xml[0].get("deleted") == "true"
    json = send("DELETE", f"{target}.json", "", Authorization=others).json["message"]
    assert (json["deleted"], json["body"]) == (True, "About Hello")
    assert [row.get("deleted") for row in get("user/messages/inbox", Authorization=others).xml] == ["true"]
    to_self = letter(alice, alice)
    assert send("DELETE", f"user/messages/{to_self.pk}", "", Authorization=own).status == 200
    to_self.refresh_from_db()
    assert (to_self.visible_to_sender, to_self.visible_to_recipient) == (False, True)


def test_a_third_user_has_no_access_to_a_message(alice: User, bob: User, moderator: User) -> None:
    target = f"user/messages/{letter(alice, bob).pk}"
    third = token(moderator, BOTH)
    for response in (
        get(target, Authorization=third),
        send("DELETE", target, "", Authorization=third),
        send("PUT", f"{target}?read_status=true", "", Authorization=third),
    ):
        assert (response.status, response.text) == (403, "Access denied")
    for number in ("99", "9223372036854775807", "99999999999999999999"):
        response = get(f"user/messages/{number}", Authorization=third)
        assert (response.status, response.body) == (404, b"")


def test_inbox_and_outbox_can_be_listed_in_either_order(
    alice: User, bob: User, own: str, others: str
) -> None:
    first, second, third = (letter(alice, bob, f"No. {number}") for number in range(3))
    letter(bob, alice)
    set_aside = letter(alice, bob, muted=True)

    def listed(box: str, query: str = "") -> list[int]:
        response = get(f"user/messages/{box}?{query}", Authorization=others if box == "inbox" else own)
        return [int(message.get("id") or 0) for message in response.xml]

    assert listed("inbox") == [third.pk, second.pk, first.pk]
    assert listed("inbox", "order=newest&limit=1") == [third.pk]
    assert listed("inbox", f"from_id={second.pk}") == [second.pk, first.pk]
    assert listed("inbox", f"order=oldest&from_id={second.pk}") == [second.pk, third.pk]
    assert listed("outbox", "order=oldest") == [first.pk, second.pk, third.pk, set_aside.pk]
    json = get("user/messages/inbox.json", Authorization=others).json["messages"]
    assert [message["title"] for message in json] == ["No. 2", "No. 1", "No. 0"]
    assert "body" not in json[0]
    assert json[0]["message_read"] is False
    assert "message_read" not in get("user/messages/outbox.json", Authorization=own).json["messages"][0]
    assert get("user/messages/inbox", Authorization=others).xml[0].find("body") is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("order=up", "Invalid order specified"),
        ("order=", "Invalid order specified"),
        ("limit=0", "Messages limit must be between 1 and 100"),
        ("limit=101", "Messages limit must be between 1 and 100"),
        ("limit=x", "Messages limit must be between 1 and 100"),
        ("limit=0&order=up", "Invalid order specified"),
    ],
)
def test_an_invalid_inbox_or_outbox_query_is_400(own: str, query: str, message: str) -> None:
    for box in ("inbox", "outbox"):
        response = get(f"user/messages/{box}?{query}", Authorization=own)
        assert (response.status, response.text) == (400, message)


def test_an_inbox_takes_three_statements_however_full(
    alice: User, bob: User, own: str, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        letter(bob if number % 2 else make_user(f"user{number}x"), alice)
    # The token, the blocks, the messages with both accounts.
    with django_assert_num_queries(3):
        assert len(get("user/messages/inbox", Authorization=own).xml) == 20


def test_each_scope_allows_its_part(alice: User, bob: User) -> None:
    sender, reader = token(alice, "send_messages"), token(alice, "consume_messages")
    message = letter(bob, alice)
    assert get("user/messages/inbox").text == "Couldn't authenticate you"
    assert post("Bearer wrong", title="x").status == 401
    assert get("user/messages/inbox", Authorization=sender).status == 403
    assert get(f"user/messages/{message.pk}", Authorization=sender).status == 403
    assert send("DELETE", f"user/messages/{message.pk}", "", Authorization=sender).status == 403
    assert post(reader, title="x", body="x", recipient="bob").status == 403
    assert post(sender, title="x", body="x", recipient="bob").status == 200


def test_the_user_is_checked_before_the_service_status(own: str, mallory: User, alice: User) -> None:
    blocked = token(mallory, BOTH)
    with override_settings(STATUS="api_readonly"):
        assert post("Bearer wrong").status == 401
        assert post(blocked).status == 403
        assert post(token(alice, "read_prefs")).status == 503
        assert post(own).status == 503
        assert send("DELETE", "user/messages/99", "", Authorization=own).status == 503
        assert get("user/messages/inbox", Authorization=own).status == 200


def test_the_rate_limit_grows_with_account_age_and_messages_received(
    alice: User, bob: User, own: str
) -> None:
    def sent() -> int:
        return post(own, title="x", body="x", recipient="bob").status

    def left(**minutes: int) -> None:
        Message.objects.filter(sender=alice).update(sent_at=timezone.now() - timedelta(**minutes))

    User.objects.filter(pk=alice.pk).update(created_at=timezone.now() - timedelta(hours=1.5))
    assert [sent(), sent(), sent()] == [200, 200, 429]
    response = post(own, title="x", body="x", recipient="nobody")
    assert (response.status, response.text) == (429, "Rate limit exceeded")
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    letter(bob, alice)
    letter(bob, alice, muted=True)
    letter(bob, alice, visible_to_recipient=False)
    letter(bob, alice, sent_at=timezone.now() - timedelta(minutes=61))
    assert [sent(), sent()] == [200, 429]
    left(minutes=59)
    assert sent() == 429
    left(minutes=61)
    with override_settings(MAX_MESSAGES_PER_HOUR=1):
        assert [sent(), sent()] == [200, 429]


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_simultaneous_messages_passes_the_limit() -> None:
    sender, recipient = make_user("alice"), make_user("bob")
    barrier, outcomes = Barrier(4), list[bool]()

    def run() -> None:
        barrier.wait()
        try:
            send_message(sender, recipient=recipient, title="x", body="x")
            outcomes.append(True)
        except TooManyMessagesError:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert Message.objects.count() == 1


def test_muted_users_are_not_heard_and_do_not_notice(
    alice: User,
    bob: User,
    own: str,
    others: str,
    mails: Mails,  # noqa: F811
) -> None:
    UserMute.objects.create(owner=bob, subject=alice)
    User.objects.filter(pk=alice.pk).update(created_at=timezone.now() - timedelta(hours=9))
    message = post(own, ".json", title="x", body="x", recipient="bob").json["message"]
    assert mails() == []
    assert len(get("user/messages/inbox", Authorization=others).xml) == 0
    assert len(get("user/messages/outbox", Authorization=own).xml) == 1
    assert get(f"user/messages/{message['id']}", Authorization=others).status == 200
    alice.roles.create(role=UserRole.Role.MODERATOR)
    post(own, title="Listen", body="x", recipient="bob")
    assert [mail.subject for mail in mails()] == ["[osmsite] Listen"]
    assert len(get("user/messages/inbox", Authorization=others).xml) == 1


def test_a_title_cannot_inject_mail_headers(own: str, bob: User, mails: Mails) -> None:  # noqa: F811
    post(own, title="{who} %(x)s\r\nBcc: mallory@example.org", body="{{ x }} <script>", recipient="bob")
    (mail,) = mails()
    assert mail.subject == "[osmsite] {who} %(x)s Bcc: mallory@example.org"
    assert "{{ x }} <script>" in mail.text
    UserPreference.objects.create(user=bob, k="notification.direct_message.email", v="false")
    User.objects.update(created_at=timezone.now() - timedelta(hours=9))
    assert post(own, title="x", body="x", recipient="bob").status == 200
    assert mails() == []


def test_users_see_their_message_counts_in_their_own_details(
    alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    kinds: list[dict[str, Any]] = [{}, {"read": True}, {"muted": True}, {"visible_to_recipient": False}]
    for fields in kinds:
        letter(bob, alice, **fields)
    letter(alice, bob)
    letter(alice, bob, visible_to_sender=False)
    reader = token(alice, "read_prefs")
    found = get("user/details", Authorization=reader).xml.find("user/messages")
    assert found is not None
    assert [(box.tag, attributes(box)) for box in found] == [
        ("received", {"count": "2", "unread": "1"}),
        ("sent", {"count": "1"}),
    ]
    user = get(f"user/{alice.pk}.json", Authorization=reader).json["user"]
    assert user["messages"] == {"received": {"count": 2, "unread": 1}, "sent": {"count": 1}}
    assert "messages" not in get(f"user/{bob.pk}.json", Authorization=reader).json["user"]
    # The token, the blocks, the users with two related tables; the messages only if the caller is among the users.
    with django_assert_num_queries(5):
        get(f"users?users={bob.pk}", Authorization=reader)
    with django_assert_num_queries(6):
        get(f"users?users={bob.pk},{alice.pk}", Authorization=reader)
