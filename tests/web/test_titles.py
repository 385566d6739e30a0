"""Titles of pages, mails and feeds: names and texts in them cannot turn them around."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.changesets.models import Changeset
from apps.users.models import User
from apps.web.feeds import RssFeed
from tests.users.blocking import browser
from tests.users.conftest import Mails, mails  # noqa: F401

pytestmark = pytest.mark.django_db
TURNED = "\u202eecila\u2067"
HEBREW = "\u05d0\u05dc\u05d9\u05e1"


@pytest.fixture
def turned(alice: User) -> User:
    User.objects.filter(pk=alice.pk).update(display_name=TURNED)
    alice.refresh_from_db()
    return alice


@pytest.mark.parametrize("path", ["", "/history", "/notes", "/traces", "/diary"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_name_does_not_turn_the_title_of_a_page(path: str, headers: Any, turned: User) -> None:
    page = Client().get(f"/user/{TURNED}{path}", headers=headers).content.decode()
    for title in re.findall("<title>.*?</title>", page):
        assert "\u202e" not in title
        assert "\u2067" not in title
    if not path:
        assert "<title>ecila | osmsite</title>" in page


def test_letters_from_right_to_left_and_markup_stay_in_titles(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(display_name=f"{HEBREW} <b>&amp;")
    page = Client().get(f"/user/{HEBREW} <b>&amp;amp;".replace("&amp;amp;", "%26amp%3B")).content.decode()
    assert f"<title>{HEBREW} &lt;b&gt;&amp;amp; | osmsite</title>" in page


def test_a_name_does_not_turn_the_subject_of_a_mail(turned: User, bob: User, mails: Mails) -> None:  # noqa: F811
    browser(turned).post(f"/user/{bob.display_name}/follow")
    (mail,) = mails()
    assert mail.subject == "[osmsite] ecila followed you"


def test_a_text_does_not_turn_the_titles_of_a_feed(turned: User) -> None:
    changeset = Changeset.objects.create(
        user=turned, created_at="2020-01-01T00:00:00Z", closed_at="2020-01-01T00:00:00Z"
    )
    assert changeset.pk
    feed = Client().get(f"/user/{TURNED}/history/feed").content.decode()
    for title in re.findall("<title>.*?</title>", feed):
        assert "\u202e" not in title
    own = RssFeed(TURNED, "https://example.org/", "")
    own.add_item(TURNED, "https://example.org/1", "")
    assert re.findall("<title>(.*?)</title>", own.writeString("utf-8")) == ["ecila", "ecila"]
