"""Pages and feeds are compressed, and not sent again to a browser that has them."""

import gzip

import pytest
from django.test import Client

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
