"""A block in XML and in JSON (upstream behaviour 1.19)."""

from typing import Any

from lxml import etree

from apps.osm import osmxml
from apps.osm.elements import format_timestamp
from apps.users.models import User, UserBlock


def as_dict(block: UserBlock, *, with_reason: bool = True) -> dict[str, Any]:
    document = _head(block) | {role: _person(user) for role, user in _persons(block).items()}
    return document | {"reason": block.reason} if with_reason else document


def append(parent: etree._Element, block: UserBlock, *, with_reason: bool = True) -> None:
    element = osmxml.child(parent, "user_block", **_head(block))
    for role, user in _persons(block).items():
        osmxml.child(element, role, **_person(user))
    if with_reason:
        osmxml.child(element, "reason", block.reason)


def _head(block: UserBlock) -> dict[str, Any]:
    return {
        "id": block.pk,
        "created_at": format_timestamp(block.created_at),
        "updated_at": format_timestamp(block.updated_at),
        "ends_at": format_timestamp(block.ends_at),
        "needs_view": block.needs_view,
    }


def _persons(block: UserBlock) -> dict[str, User]:
    persons = {"user": block.user, "creator": block.creator}
    return persons | {"revoker": block.revoker} if block.revoker else persons


def _person(user: User) -> dict[str, Any]:
    return {"uid": user.pk, "user": user.display_name}
