"""A user in XML and in JSON (upstream behaviour 1.16): public and private details."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from apps.messaging.querysets import Counts
from apps.osm import osmjson, osmxml
from apps.osm.elements import format_timestamp
from apps.osm.numbers import format_degrees
from apps.users.models import User, UserRole
from apps.users.permissions import has_role
from apps.users.social_links import platform_of, url_of

_BETWEEN_LANGUAGES = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Reader:
    """The user of the token, its scopes, and the user's message counts. The scopes decide on private details."""

    user_id: int | None = None
    scopes: frozenset[str] = frozenset()
    messages: Counts | None = None

    def may_see_private(self, user: User) -> bool:
        return self.user_id == user.id and "read_prefs" in self.scopes

    def may_see_email(self, user: User) -> bool:
        return self.user_id == user.id and "read_email" in self.scopes


ANYBODY = Reader()


def as_dict(user: User, reader: Reader = ANYBODY) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": user.id,
        "display_name": user.display_name,
        "account_created": format_timestamp(user.created_at),
        "description": user.description,
    }
    if user.company:
        document["company"] = user.company
    document["social_links"] = [
        {"url": url_of(link.url), "platform": platform_of(link.url)} for link in user.social_links.all()
    ]
    private = _private(user, reader)
    if home := private.get("home"):
        private["home"] = home | osmjson.numbers({side: home[side] for side in ("lat", "lon")})
    document["contributor_terms"] = _terms(user, reader)
    if image := image_url(user):
        document["img"] = {"href": image}
    return document | {
        "roles": [role.role for role in user.roles.all()],
        "changesets": {"count": user.changesets_count},
        "traces": {"count": user.traces_count},
        "blocks": _blocks(user),
        **private,
    }


def append(parent: etree._Element, user: User, reader: Reader = ANYBODY) -> None:
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
            platform = platform_of(link.url) or ""
            osmxml.child(parent_of_links, "link", url_of(link.url), platform=platform)
    osmxml.child(element, "contributor-terms", **_terms(user, reader))
    if image := image_url(user):
        osmxml.child(element, "img", href=image)
    roles = osmxml.child(element, "roles")
    for role in user.roles.all():
        osmxml.child(roles, role.role)
    osmxml.child(element, "changesets", count=user.changesets_count)
    osmxml.child(element, "traces", count=user.traces_count)
    blocks = osmxml.child(element, "blocks")
    for kind, counts in _blocks(user).items():
        osmxml.child(blocks, kind, **counts)
    _append_private(element, _private(user, reader))


def _append_private(element: etree._Element, private: dict[str, Any]) -> None:
    if home := private.get("home"):
        osmxml.child(element, "home", **home)
    if languages := private.get("languages"):
        parent = osmxml.child(element, "languages")
        for language in languages:
            osmxml.child(parent, "lang", language)
    if messages := private.get("messages"):
        parent = osmxml.child(element, "messages")
        for box, counts in messages.items():
            osmxml.child(parent, box, **counts)
    if email := private.get("email"):
        osmxml.child(element, "email", email)


def _terms(user: User, reader: Reader) -> dict[str, bool]:
    terms = {"agreed": user.terms_agreed is not None}
    return terms | {"pd": user.consider_pd} if reader.may_see_private(user) else terms


def _blocks(user: Any) -> dict[str, dict[str, int]]:
    """Return the counts that `described_users` annotates; issued blocks only for moderators."""
    blocks = {"received": {"count": user.blocks_count, "active": user.active_blocks_count}}
    if has_role(user, UserRole.Role.MODERATOR):
        blocks["issued"] = {
            "count": user.issued_blocks_count,
            "active": user.active_issued_blocks_count,
        }
    return blocks


def _private(user: User, reader: Reader) -> dict[str, Any]:
    """Return the private details that the token's scopes allow."""
    private: dict[str, Any] = {}
    if reader.may_see_private(user):
        if user.home_lat is not None and user.home_lon is not None:
            lat, lon = format_degrees(user.home_lat), format_degrees(user.home_lon)
            private["home"] = {"lat": lat, "lon": lon, "zoom": user.home_zoom}
        if languages := [tag for tag in _BETWEEN_LANGUAGES.split(user.languages or "") if tag]:
            private["languages"] = languages
        if messages := reader.messages:
            received = {"count": messages.received, "unread": messages.unread}
            private["messages"] = {"received": received, "sent": {"count": messages.sent}}
    if reader.may_see_email(user) and user.email:
        private["email"] = user.email
    return private


def image_url(user: User) -> str | None:
    """Return the URL of the Gravatar, if the user enabled it."""
    if not user.image_use_gravatar or not user.email:
        return None
    digest = hashlib.md5(user.email.lower().encode(), usedforsecurity=False).hexdigest()
    return f"https://www.gravatar.com/avatar/{digest}.jpg?s=100&d=identicon"
