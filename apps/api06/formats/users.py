"""A user in XML and in JSON: the part that everybody may read (upstream behaviour 1.16)."""

import hashlib
from typing import Any

from lxml import etree

from apps.osm import osmxml
from apps.osm.elements import format_timestamp
from apps.users.models import User


def as_dict(user: User) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": user.id,
        "display_name": user.display_name,
        "account_created": format_timestamp(user.created_at),
        "description": user.description,
    }
    if user.company:
        document["company"] = user.company
    document["social_links"] = [{"url": link.url, "platform": None} for link in user.social_links.all()]
    document["contributor_terms"] = {"agreed": user.terms_agreed is not None}
    if image := image_url(user):
        document["img"] = {"href": image}
    return document | {
        "roles": [role.role for role in user.roles.all()],
        "changesets": {"count": user.changesets_count},
        "traces": {"count": user.traces_count},
        "blocks": {"received": _blocks(user)},
    }


def append(parent: etree._Element, user: User) -> None:
    element = osmxml.child(
        parent,
        "user",
        id=user.id,
        display_name=user.display_name,
        account_created=format_timestamp(user.created_at),
    )
    osmxml.child(element, "description", user.description)
    if user.company:
        osmxml.child(element, "company", user.company)
    if links := list(user.social_links.all()):
        parent_of_links = osmxml.child(element, "social-links")
        for link in links:
            osmxml.child(parent_of_links, "link", link.url, platform="")
    osmxml.child(element, "contributor-terms", agreed=user.terms_agreed is not None)
    if image := image_url(user):
        osmxml.child(element, "img", href=image)
    roles = osmxml.child(element, "roles")
    for role in user.roles.all():
        osmxml.child(roles, role.role)
    osmxml.child(element, "changesets", count=user.changesets_count)
    osmxml.child(element, "traces", count=user.traces_count)
    osmxml.child(osmxml.child(element, "blocks"), "received", **_blocks(user))


def _blocks(user: User) -> dict[str, int]:
    """Counts that `described_users` annotates."""
    return {"count": user.blocks_count, "active": user.active_blocks_count}  # type: ignore[attr-defined]


def image_url(user: User) -> str | None:
    """The picture at Gravatar, for those who chose it."""
    if not user.image_use_gravatar or not user.email:
        return None
    digest = hashlib.md5(user.email.lower().encode(), usedforsecurity=False).hexdigest()
    return f"https://www.gravatar.com/avatar/{digest}.jpg?s=100&d=identicon"
