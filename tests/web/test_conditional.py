"""Pages and feeds are compressed, and not sent again to a browser that has them."""

import gzip

import pytest
from django.test import Client

from apps.users.models import User
from tests.users.blocking import browser

pytestmark = pytest.mark.django_db
PAGES = [
    "/copyright",
    "/history",
    "/history/feed",
    "/history/comments/feed",
    "/changeset/1",
    "/node/1",
    "/node/1/history",
    "/notes",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_compressed(path: str, client: Client, village: None) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content)
    assert len(gzip.decompress(packed.content)) == len(plain.content)


@pytest.mark.parametrize(
    "path", ["/history/feed", "/changeset/1/comments/feed", "/history", "/node/1", "/changeset/1"]
)
def test_a_page_that_has_not_changed_is_not_sent_again(path: str, client: Client, village: None) -> None:
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("path", ["/history/feed", "/node/1", "/copyright"])
def test_head_has_the_tag_of_the_page_and_is_conditional_too(
    path: str, client: Client, village: None
) -> None:
    tag = client.get(path)["ETag"]
    assert client.head(path)["ETag"] == tag
    again = client.head(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", [*PAGES, "/", "/user/alice", "/login", "/no/such/page", "/user/alice/history"]
)
def test_no_proxy_may_store_a_page(path: str, alice: User, village: None) -> None:
    for client in (Client(), browser(alice)):
        response = client.get(path)
        caching = response["Cache-Control"]
        assert "private" in caching
        assert "max-age=0" in caching
        if tag := response.get("ETag"):
            again = client.get(path, headers={"If-None-Match": tag})
            assert (again.status_code != 304) or again["Cache-Control"] == caching


@pytest.mark.parametrize(
    ("path", "caching"),
    [("/robots.txt", "public"), ("/messages/inbox", "no-store"), ("/oauth2/discovery/keys", "public")],
)
def test_pages_with_rules_of_their_own_keep_them(path: str, caching: str, alice: User) -> None:
    found = browser(alice).get(path)["Cache-Control"]
    assert caching in found
    assert found.count("max-age") == 1
