"""Discussions of changesets: comments, subscriptions, lists of comments, notices."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from apps.changesets.models import Changeset, ChangesetComment, ChangesetSubscription
from apps.users.models import User
from tests.changesets.discussing import follow, say

from .test_elements import read, text_of

pytestmark = pytest.mark.django_db
REDIRECT = 302


def browser(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def send(client: Client, text: str, changeset: int = 1) -> HttpResponse:
    return client.post(f"/changeset/{changeset}/comment", {"text": text})  # type: ignore[return-value]


def discussion_of(page: str | bytes) -> str:
    text = page.decode() if isinstance(page, bytes) else page
    return text.split('id="discussion"')[1].split("</section>")[0]


@pytest.fixture
def open_again(village: None) -> None:
    Changeset.objects.filter(id=1).update(closed_at=timezone.now() + timedelta(hours=1))


def test_after_commenting_the_browser_is_redirected_to_the_comment(village: None, bob: User) -> None:
    client = browser(bob)
    answer = send(client, "Which bench?\r\nway/1 <b>")
    written = ChangesetComment.objects.get()
    assert (answer.status_code, answer["Location"]) == (REDIRECT, f"/changeset/1#c{written.pk}")
    assert written.body == "Which bench?\nway/1 <b>"
    page = discussion_of(read(client, "/changeset/1"))
    assert f'id="c{written.pk}"' in page
    assert '<a href="/way/1" rel="nofollow">way/1</a> &lt;b&gt;' in page
    assert "You are notified of new comments." in page


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("  \n", 400, "Please enter some text."),
        ("keep me \x00", 400, "The text contains invalid characters."),
        ("keep me " * 8193, 400, "The text is too long."),
        ("keep me", 429, "You have posted many comments in the last hour."),
    ],
)
def test_the_page_shows_what_is_wrong_and_keeps_the_text(
    village: None, bob: User, text: str, status: int, words: str
) -> None:
    if status == 429:
        for number in range(6):
            say(bob, str(number))
    answer = send(browser(bob), text)
    page = discussion_of(answer.content)
    assert answer.status_code == status
    assert words in page
    (kept,) = re.findall(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
    assert html.unescape(kept) == text
    assert "keep me" not in ChangesetComment.objects.values_list("body", flat=True)


def test_an_open_changeset_accepts_subscriptions_but_no_comments(open_again: None, bob: User) -> None:
    client = browser(bob)
    page = discussion_of(read(client, "/changeset/1"))
    assert "This changeset is still open." in page
    assert "<textarea" not in page
    assert "Subscribe" in page
    answer = send(client, "keep me")
    assert answer.status_code == 409
    assert "keep me</textarea>" in discussion_of(answer.content)


def test_visitors_get_a_link_to_log_in(client: Client, village: None) -> None:
    page = discussion_of(read(client, "/changeset/1"))
    assert '<a href="/login?referer=%2Fchangeset%2F1"' in page
    assert "<form" not in page
    assert "csrf" not in page
    assert send(client, "x").status_code == 403
    assert client.post("/changeset/1/subscription").status_code == 403
    assert client.post("/changeset/comment/1/hide").status_code == 403
    assert client.get("/changeset/1/subscription")["Location"] == (
        "/login?referer=%2Fchangeset%2F1%2Fsubscription"
    )


def test_users_who_cannot_comment_are_told_why(village: None, alice: User, bob: User, mallory: User) -> None:
    User.objects.filter(pk=alice.pk).update(data_public=False)
    User.objects.filter(pk=bob.pk).update(terms_agreed=None)
    for user, words in (
        (mallory, "Your account is blocked"),
        (bob, "You have not agreed to the contributor terms"),
        (alice, "Your edits are not public"),
    ):
        client = browser(user)
        page = discussion_of(read(client, "/changeset/1"))
        assert words in page
        assert "<textarea" not in page
        answer = send(client, "keep me")
        assert answer.status_code == 403
        assert words in discussion_of(answer.content)
        assert "keep me</textarea>" in discussion_of(answer.content)
    assert not ChangesetComment.objects.exists()


def test_a_comment_needs_the_csrf_token(village: None, bob: User) -> None:
    client = browser(bob, enforce_csrf_checks=True)
    assert send(client, "x").status_code == 403
    page = read(client, "/changeset/1")
    (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', discussion_of(page))
    answer = client.post("/changeset/1/comment", {"text": "x", "csrfmiddlewaretoken": token})
    assert answer.status_code == REDIRECT
    assert client.get("/changeset/1/comment").status_code == 405


def test_subscribing_and_unsubscribing_can_be_repeated(village: None, bob: User) -> None:
    client = browser(bob)
    assert "Subscribe to the discussion?" in read(client, "/changeset/1/subscription")
    for _ in range(2):
        answer = client.post("/changeset/1/subscription")
        assert (answer.status_code, answer["Location"]) == (REDIRECT, "/changeset/1")
    assert ChangesetSubscription.objects.filter(user=bob, changeset=1).count() == 1
    assert "Unsubscribe from the discussion?" in read(client, "/changeset/1/subscription")
    for _ in range(2):
        answer = client.post("/changeset/1/subscription", {"_method": "DELETE"})
        assert answer.status_code == REDIRECT
    assert client.delete("/changeset/1/subscription").status_code == REDIRECT
    assert not ChangesetSubscription.objects.filter(user=bob).exists()
    for path in ("subscribe", "unsubscribe"):
        assert client.get(f"/changeset/1/{path}")["Location"] == "/changeset/1/subscription"
    for number in (99, 99999999999999999999):
        assert client.get(f"/changeset/{number}/subscription").status_code == 404
        assert client.post(f"/changeset/{number}/subscription").status_code == 404
        assert send(client, "x", number).status_code == 404


def test_a_hidden_comment_is_visible_only_to_moderators(
    client: Client, village: None, bob: User, moderator: User
) -> None:
    written = say(bob, "Rude words")
    other, office = browser(bob), browser(moderator)
    assert "/hide" not in discussion_of(read(other, "/changeset/1"))
    assert other.post(f"/changeset/comment/{written.pk}/hide")["Location"] == "/403"
    assert f'action="/changeset/comment/{written.pk}/hide"' in discussion_of(read(office, "/changeset/1"))
    answer = office.post(f"/changeset/comment/{written.pk}/hide")
    assert (answer.status_code, answer["Location"]) == (REDIRECT, f"/changeset/1#c{written.pk}")
    for reader in (client, other):
        assert "Rude words" not in read(reader, "/changeset/1")
        assert "Rude words" not in read(reader, "/user/bob/changeset_comments")
    page = discussion_of(read(office, "/changeset/1"))
    assert "Rude words" in page
    assert '<span class="mark removed">hidden</span>' in page
    assert "Rude words" in read(office, "/user/bob/changeset_comments")
    office.post(f"/changeset/comment/{written.pk}/unhide")
    assert "Rude words" in read(client, "/changeset/1")
    assert office.post("/changeset/comment/99999999999999999999/hide").status_code == 404
    assert office.get(f"/changeset/comment/{written.pk}/hide").status_code == 405


def test_the_comments_of_a_user_are_listed_twenty_per_page(client: Client, village: None, bob: User) -> None:
    ChangesetComment.objects.bulk_create(
        ChangesetComment(changeset_id=1, author=bob, body=f"comment no. {number}.") for number in range(45)
    )

    def listed(query: str = "") -> list[int]:
        page = read(client, f"/user/bob/changeset_comments{query}")
        return [int(number) for number in re.findall(r"comment no\. (\d+)\.", page)]

    def link(query: str, name: str) -> str:
        page = read(client, f"/user/bob/changeset_comments{query}")
        (found,) = re.findall(rf'href="([^"]*)"[^>]*>{name}<', page)
        return str(found)

    assert listed() == list(range(44, 24, -1))
    older = link("", "Older")
    assert listed(older) == list(range(24, 4, -1))
    oldest = link(older, "Oldest")
    assert listed(oldest) == list(range(19, -1, -1))
    assert listed(link(oldest, "Newer")) == list(range(39, 19, -1))
    assert listed(link(oldest, "Newest")) == listed()
    assert client.get("/user/bob/changeset_comments?before=x")["Location"] == "/400"
    assert client.get("/user/nobody/changeset_comments").status_code == 404
    with CaptureQueriesContext(connection) as statements:
        listed()
    assert len(statements) == 2
    assert 'href="/user/bob/changeset_comments"' in read(client, "/user/bob")
    User.objects.filter(pk=bob.pk).update(data_public=False)
    assert listed() == []


def test_more_comments_need_no_more_statements(village: None, bob: User) -> None:
    client = browser(bob)
    counts = []
    for number in (1, 29):
        ChangesetComment.objects.bulk_create(
            ChangesetComment(changeset_id=1, author=bob, body="x") for _ in range(number)
        )
        with CaptureQueriesContext(connection) as statements:
            read(client, "/changeset/1")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_user_whose_edits_are_not_public_still_sees_their_own_changesets(village: None) -> None:
    anna = User.objects.get(display_name="anna")
    User.objects.filter(pk=anna.pk).update(data_public=False, status="active", terms_seen=True)
    own = browser(anna)
    assert re.findall(r'<li data-changeset="(\d+)"', read(own, "/user/anna/history")) == ["3", "1"]


def test_the_page_of_notices_lists_new_comments(village: None, alice: User, bob: User) -> None:
    follow(alice)
    for text in ("One", "Two"):
        say(bob, text)
    client = browser(alice)
    page = read(client, "/notices")
    assert text_of(page).count("bob has commented on a changeset you are interested in") == 2
    assert '<span class="badge-count">2<' in page
    (newest, _) = re.findall(r'href="(/notices/\d+)"', page)
    assert browser(bob).get(newest).status_code == 404
    answer = client.get(newest)
    written = ChangesetComment.objects.order_by("-pk")[0]
    assert (answer.status_code, answer["Location"]) == (REDIRECT, f"/changeset/1#c{written.pk}")
    assert '<span class="badge-count">1<' in read(client, "/notices")
    assert client.post(newest + "/read")["Location"] == "/notices"
    assert browser(bob).post("/notices/read").status_code == REDIRECT
    assert '<span class="badge-count">1<' in read(client, "/changeset/1")
    client.post("/notices/read")
    assert "badge-count" not in read(client, "/notices")


def test_links_of_notices_work_while_the_database_is_read_only(village: None, alice: User, bob: User) -> None:
    follow(alice)
    say(bob, "Hello")
    client = browser(alice)
    (notice,) = re.findall(r'href="(/notices/\d+)"', read(client, "/notices"))
    with override_settings(STATUS="database_readonly"):
        assert client.get(notice)["Location"].startswith("/changeset/1#c")
    assert '<span class="badge-count">1<' in read(client, "/notices")


def test_users_see_only_their_own_notices(client: Client, village: None, bob: User) -> None:
    assert client.get("/notices")["Location"] == "/login?referer=%2Fnotices"
    assert client.post("/notices/read").status_code == 403
    assert client.get("/notifications")["Location"] == "/notices"
    own = browser(bob)
    assert "No notices yet." in read(own, "/notices")
    for number in (1, 99999999999999999999):
        assert own.get(f"/notices/{number}").status_code == 404
        assert own.post(f"/notices/{number}/read").status_code == REDIRECT
    with CaptureQueriesContext(connection) as statements:
        read(client, "/about")
    assert len(statements) == 0
