"""Who may do what, through the API, a page, a command or a task.

An action names what it requires as a `Requirement`. `denial_reason` returns the rule that the user breaks, as an error
class of `apps/osm/errors.py`; each surface has one table that maps these classes to a status and its own message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from django.db.models import prefetch_related_objects

from apps.osm.errors import (
    BlockedError,
    NotActiveError,
    OsmError,
    PrivateEditsError,
    RoleMissingError,
    TermsNotAgreedError,
    TermsUnseenError,
    UrgentMessageError,
)

from .models import User, UserBlock, UserRole

URGENT = timedelta(minutes=1)
"""A block that must be read and lasts less than this is a message rather than a punishment."""


class Terms(Enum):
    """What an action expects of its user regarding the contributor terms."""

    UNSEEN = auto()
    SEEN = auto()
    AGREED = auto()


@dataclass(frozen=True)
class Requirement:
    """What an action requires of its user. `while_blocked`: blocked users may do it too."""

    role: UserRole.Role | None = None
    terms: Terms = Terms.SEEN
    public_edits: bool = False
    while_blocked: bool = False


ACCOUNT = Requirement()
"""An account in good standing."""
EDIT_MAP = Requirement(terms=Terms.AGREED, public_edits=True)
"""Elements; changesets and comments on them."""
ACTIVE = Requirement(terms=Terms.UNSEEN, while_blocked=True)
"""An account that can log in, even if it is blocked."""
MODERATE = Requirement(role=UserRole.Role.MODERATOR, terms=Terms.UNSEEN, while_blocked=True)
REDACT = Requirement(role=UserRole.Role.MODERATOR, terms=Terms.AGREED)
ADMINISTER = Requirement(role=UserRole.Role.ADMINISTRATOR, terms=Terms.UNSEEN, while_blocked=True)


def denial_reason(user: User, requirement: Requirement) -> OsmError | None:
    """Return the first rule that the user breaks, None if they may do it.

    In this order: blocks, unseen terms, the account's status, the role, declined terms, private edits. One statement
    for blocks, and one for the roles of a user who has not been asked before.
    """
    return next(_broken_rules(user, requirement), None)


def _broken_rules(user: User, requirement: Requirement) -> Iterator[OsmError]:
    if not requirement.while_blocked and (block := user.blocks.active().order_by("id").first()):
        yield UrgentMessageError() if _is_urgent(block) else BlockedError()
    if requirement.terms is not Terms.UNSEEN and not user.terms_seen:
        yield TermsUnseenError()
    if not user.is_active:
        yield NotActiveError()
    if requirement.role is not None and not has_role(user, requirement.role):
        yield RoleMissingError(user.display_name, requirement.role)
    if requirement.terms is Terms.AGREED and user.terms_agreed is None:
        yield TermsNotAgreedError()
    if requirement.public_edits and not user.data_public:
        yield PrivateEditsError()


def check(user: User, requirement: Requirement) -> None:
    """Raise the denial reason unless the user meets the requirement."""
    if reason := denial_reason(user, requirement):
        raise reason


def is_moderator(user: User | None) -> bool:
    """Return whether an active user holds the role. At most one statement for each user object."""
    return user is not None and user.is_active and has_role(user, UserRole.Role.MODERATOR)


def is_administrator(user: User | None) -> bool:
    """Return whether an active user holds the role. At most one statement for each user object."""
    return user is not None and user.is_active and has_role(user, UserRole.Role.ADMINISTRATOR)


def is_staff(user: User) -> bool:
    """Return whether an active user is a moderator or an administrator. At most one statement for each user object."""
    return is_moderator(user) or is_administrator(user)


def has_role(user: User, role: str) -> bool:
    """Return whether the user holds the role, whatever the account's status."""
    prefetch_related_objects([user], "roles")
    return any(granted.role == role for granted in user.roles.all())


def _is_urgent(block: UserBlock) -> bool:
    return block.needs_view and block.ends_at - block.updated_at < URGENT
