"""Reads can be repeated with `If-None-Match` (upstream behaviour 1.20)."""

import pytest

from .client import call, get

TAGGED = [
    "node/1",
    "node/1.json",
    "nodes?nodes=1,2",
    "node/1/1",
    "way/1/history",
    "changeset/1",
    "changesets.json",
    "capabilities",
]


@pytest.mark.parametrize("path", TAGGED)
def test_a_read_that_is_repeated_with_its_tag_is_not_sent_again(path: str, world: None) -> None:
    first = get(path, Origin="https://example.org")
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    again = get(path, If_None_Match=tag, Origin="https://example.org")
    assert (again.status, again.body) == (304, b"")
    for name in ("ETag", "Cache-Control", "Access-Control-Allow-Origin"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Length" not in again.headers
    assert get(path, If_None_Match='W/"other"').body == first.body
    assert call("HEAD", f"/api/0.6/{path}").headers["ETag"] == tag


def test_errors_and_streamed_documents_have_no_tag(world: None) -> None:
    for path in ("node/99", "node/3", "map?bbox=9,47,9.2,47.2", "way/1/full"):
        assert "ETag" not in get(path).headers
