"""The personas of the cases, as docs/conformance.md describes them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.moderation.models import Redaction
from apps.oauth.scopes import ORDINARY
from apps.users.models import User, UserBlock, UserRole
from tests.conftest import make_user

NARROW = {"guest": "openid", "commenter": "write_changeset_comments"}
"""The scopes of personas that are alice with a narrower token."""


def _block(user: User, creator: User, **fields: Any) -> None:
    UserBlock.objects.create(user=user, creator=creator, reason="Vandalism", **fields)


@pytest.fixture
def persona_values(db: None) -> dict[str, str]:
    """Create the personas, and return the values of their TOML file by dotted name."""
    now = timezone.now()
    users = {name: make_user(name) for name in ("alice", "bob", "chatty")}
    users["moderator"] = make_user("moderator", role=UserRole.Role.MODERATOR)
    differences: dict[str, dict[str, Any]] = {
        "blocked": {},
        "warned": {},
        "unaware": {"terms_seen": False, "terms_agreed": None},
        "declined": {"terms_agreed": None},
        "private": {"data_public": False},
        "suspended": {"status": User.Status.SUSPENDED},
    }
    for name, fields in differences.items():
        users[name] = make_user(name)
        User.objects.filter(pk=users[name].pk).update(**fields)
    _block(users["blocked"], users["moderator"], ends_at=now + timedelta(days=1))
    _block(users["warned"], users["moderator"], ends_at=now, needs_view=True)
    users |= dict.fromkeys(NARROW, users["alice"])
    values: dict[str, str] = {}
    for name, user in users.items():
        AccessToken.objects.create(
            user=user,
            token=f"{name}-token",
            scope=NARROW.get(name) or " ".join(ORDINARY),
            expires=now + timedelta(days=1),
        )
        values |= {
            f"{name}.token": f"{name}-token",
            f"{name}.id": str(user.pk),
            f"{name}.name": user.display_name,
        }
    redaction = Redaction.objects.create(title="Licence", description="", user=users["moderator"])
    return values | {"redaction": str(redaction.pk)}
