"""A changeset in XML and in JSON (upstream behaviour 1.8.2)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import orjson
from lxml import etree

from apps.changesets.models import Changeset, ChangesetComment
from apps.osm import osmjson, osmxml
from apps.osm.elements import format_timestamp
from apps.users.models import User

from ..documents import ORIGIN


def as_dict(changeset: Changeset, now: datetime, *, counts: bool) -> dict[str, Any]:
    document: dict[str, Any] = _facts(changeset, now, counts=counts)
    if bbox := changeset.bbox:
        document |= {
            "min_lat": osmjson.degrees(bbox.min_lat),
            "min_lon": osmjson.degrees(bbox.min_lon),
            "max_lat": osmjson.degrees(bbox.max_lat),
            "max_lon": osmjson.degrees(bbox.max_lon),
        }
    document |= _author(changeset.user)
    if changeset.tags:
        document["tags"] = changeset.tags
    return document


def append(
    parent: etree._Element,
    changeset: Changeset,
    now: datetime,
    *,
    counts: bool,
) -> None:
    """Append the `<changeset>`.

    `counts` adds the numbers of created, modified and deleted elements, which cgimap does not have.
    """
    bbox = changeset.bbox
    sides = (
        {}
        if bbox is None
        else dict(zip(("min_lon", "min_lat", "max_lon", "max_lat"), bbox.degrees(), strict=True))
    )
    # Without tags, cgimap writes `<changeset/>` and the website `<changeset></changeset>`.
    append_element = osmxml.container if counts else osmxml.child
    element = append_element(
        parent, "changeset", **_facts(changeset, now, counts=counts), **sides, **_author(changeset.user)
    )
    for key, value in sorted(changeset.tags.items()):
        osmxml.child(element, "tag", k=key, v=value)


def json_with_discussion(
    changeset: Changeset, comments: Iterator[ChangesetComment], now: datetime
) -> Iterator[bytes]:
    """Yield the document of a changeset and its comments, one by one."""
    document = {"changeset": as_dict(changeset, now, counts=False)}
    first = next(comments, None)
    if first is None:
        yield osmjson.document(ORIGIN, document)
        return
    yield osmjson.document(ORIGIN, document).removesuffix(b"}}") + b',"comments":['
    yield orjson.dumps(comment_as_dict(first))
    for comment in comments:
        yield b"," + orjson.dumps(comment_as_dict(comment))
    yield b"]}}"


def xml_with_discussion(
    changeset: Changeset, comments: Iterator[ChangesetComment], now: datetime, *, with_visibility: bool
) -> Iterator[bytes]:
    """Yield the document of a changeset and its comments, one by one, each with its visibility if asked for."""
    root = osmxml.root("osm", ORIGIN)
    append(root, changeset, now, counts=False)
    discussion = osmxml.child(root[0], "discussion")
    first = next(comments, None)
    if first is None:
        yield osmxml.serialize(root)
        return
    # No tag of the changeset can contain this: their values are escaped.
    discussion.text = "\n"
    head, tail = osmxml.serialize(root).rsplit(b"<discussion>\n</discussion>", 1)
    yield head + b"<discussion>\n"
    for comment in chain([first], comments):
        parent = etree.Element("discussion")
        append_comment(parent, comment, with_visibility=with_visibility)
        yield osmxml.indented(parent[0], 3)
    yield b"  </discussion>" + tail


def comment_as_dict(comment: ChangesetComment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "visible": comment.visible,
        "date": format_timestamp(comment.created_at),
        **_author(comment.author),
        "text": comment.body,
    }


def append_comment(parent: etree._Element, comment: ChangesetComment, *, with_visibility: bool) -> None:
    """Append the `<comment>`; cgimap, unlike the website, does not say whether it is visible."""
    element = osmxml.child(
        parent,
        "comment",
        id=comment.pk,
        date=format_timestamp(comment.created_at),
        visible=comment.visible if with_visibility else None,
        **_author(comment.author),
    )
    osmxml.child(element, "text", comment.body)


def _facts(changeset: Changeset, now: datetime, *, counts: bool) -> dict[str, Any]:
    is_open = changeset.is_open(now)
    facts: dict[str, Any] = {
        "id": changeset.pk,
        "created_at": format_timestamp(changeset.created_at),
        "open": is_open,
        "comments_count": changeset.comments_count,  # type: ignore[attr-defined]
        "changes_count": changeset.num_changes,
    }
    if counts:
        for change in ("created", "modified", "deleted"):
            facts[f"{change}_count"] = changeset.count(change) or 0
    if not is_open:
        facts["closed_at"] = format_timestamp(changeset.closed_at)
    return facts


def _author(user: User) -> dict[str, Any]:
    return {"uid": user.id, "user": user.display_name} if user.data_public else {}
