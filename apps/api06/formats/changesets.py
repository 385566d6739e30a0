"""A changeset in XML and in JSON (upstream behaviour 1.8.2)."""

from datetime import datetime
from typing import Any

from lxml import etree

from apps.changesets.models import Changeset, ChangesetComment
from apps.osm import osmjson, osmxml
from apps.osm.elements import format_timestamp
from apps.users.models import User


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
    if discussion := _discussion(changeset):
        document["comments"] = [comment_as_dict(comment) for comment in discussion]
    return document


def append(
    parent: etree._Element,
    changeset: Changeset,
    now: datetime,
    *,
    counts: bool,
    with_visibility: bool = False,
) -> None:
    """Append the `<changeset>`.

    `counts` adds the numbers of created, modified and deleted elements, which cgimap does not have;
    `with_visibility` adds the visibility of each comment."""
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
    discussion = _discussion(changeset)
    if discussion is None:
        return
    thread = osmxml.child(element, "discussion")
    for comment in discussion:
        append_comment(thread, comment, with_visibility=with_visibility)


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


def _discussion(changeset: Changeset) -> list[ChangesetComment] | None:
    """Return what `with_discussion` fetched; None if it was not requested."""
    return getattr(changeset, "discussion", None)
