"""Who may do what over the API: the one table of roles, scopes and terms (upstream behaviour 1.5)."""

from datetime import timedelta
from enum import Enum, auto
from typing import Required, TypedDict, cast

from rest_framework.request import Request

from apps.osm.errors import (
    BlockedError,
    NotAuthenticatedError,
    NotPermittedError,
    PrivateEditsError,
    TermsUnseenError,
    UrgentMessageError,
)
from apps.users.models import User, UserBlock, UserRole
from apps.users.permissions import has_role

URGENT = timedelta(minutes=1)
"""A block to be read that lasts less than this is a message rather than a punishment."""


class Terms(Enum):
    """What a call asks of its user regarding the contributor terms."""

    UNSEEN = auto()
    SEEN = auto()
    AGREED = auto()


class Needs(TypedDict, total=False):
    """What a call asks of its caller: the arguments of `require`."""

    scope: Required[str]
    role: UserRole.Role
    terms: Terms
    public: bool
    blocked: bool


READ_DETAILS: Needs = {"scope": "read_prefs", "terms": Terms.UNSEEN}
READ_PREFERENCES: Needs = {"scope": "read_prefs"}
WRITE_PREFERENCES: Needs = {"scope": "write_prefs"}
READ_ACTIVE_BLOCKS: Needs = {"scope": "read_prefs", "blocked": True}
WRITE_NOTES: Needs = {"scope": "write_notes"}
HIDE_NOTE: Needs = {"scope": "write_notes", "role": UserRole.Role.MODERATOR}
READ_TRACES: Needs = {"scope": "read_gpx"}
WRITE_TRACES: Needs = {"scope": "write_gpx"}
READ_MESSAGES: Needs = {"scope": "consume_messages"}
SEND_MESSAGE: Needs = {"scope": "send_messages"}
EDIT_MAP: Needs = {"scope": "write_api", "terms": Terms.AGREED, "public": True}
"""Elements; changesets (create, update, upload, close); subscriptions to changesets."""
COMMENT_CHANGESET: Needs = {"scope": "write_changeset_comments", "terms": Terms.AGREED, "public": True}
HIDE_CHANGESET_COMMENT: Needs = {"scope": "write_changeset_comments", "role": UserRole.Role.MODERATOR}
REDACT: Needs = {"scope": "write_redactions", "role": UserRole.Role.MODERATOR, "terms": Terms.AGREED}
CREATE_BLOCK: Needs = {"scope": "write_blocks", "role": UserRole.Role.MODERATOR}

_INCLUDED = {"write_changeset_comments": "write_api"}
"""Scopes that a wider one brings along."""


def require(
    request: Request,
    *,
    scope: str,
    role: UserRole.Role | None = None,
    terms: Terms = Terms.SEEN,
    public: bool = False,
    blocked: bool = False,
) -> User:
    """The user of the token, if they may: `require(request, **EDIT_MAP)`. `blocked`: also while they are blocked.

    Raises, in this order, NotAuthenticatedError, BlockedError, TermsUnseenError, NotPermittedError (the scope,
    the role, the account's status, the terms not agreed), PrivateEditsError. At most three statements.
    """
    user = caller(request)
    if user is None:
        raise NotAuthenticatedError
    if not blocked:
        _refuse_blocked(user)
    _refuse_unaware(user, terms)
    if not (
        user.is_active
        and allows(request, scope)
        and (role is None or has_role(user, role))
        and (terms is not Terms.AGREED or user.terms_agreed is not None)
    ):
        raise NotPermittedError
    if public and not user.data_public:
        raise PrivateEditsError
    return user


def welcome(request: Request) -> User | None:
    """The user of the token where a call needs none. The blocked, and who has not seen the terms, are
    refused all the same (upstream behaviour 1.2, step 6)."""
    user = caller(request)
    if user is not None:
        _refuse_blocked(user)
        _refuse_unaware(user, Terms.SEEN)
    return user


def _refuse_blocked(user: User) -> None:
    block = user.blocks.active().order_by("id").first()
    if block is not None:
        raise UrgentMessageError if _is_urgent(block) else BlockedError


def _refuse_unaware(user: User, terms: Terms) -> None:
    if terms is not Terms.UNSEEN and not user.terms_seen:
        raise TermsUnseenError


def _is_urgent(block: UserBlock) -> bool:
    return block.needs_view and block.ends_at - block.updated_at < URGENT


def caller(request: Request) -> User | None:
    """Whose token the request carries."""
    return cast("User | None", request.user)


def scopes(request: Request) -> list[str]:
    """What the token allows; nothing without one."""
    return request.auth.scope.split() if caller(request) else []  # type: ignore[union-attr]


def allows(request: Request, scope: str) -> bool:
    """Whether the token has the scope, by itself or within a wider one."""
    return not set(sufficient(scope)).isdisjoint(scopes(request))


def sufficient(scope: str) -> list[str]:
    """The scopes of which one is enough: itself, and a wider one that brings it along."""
    return [scope, _INCLUDED[scope]] if scope in _INCLUDED else [scope]


def is_moderator(request: Request) -> bool:
    user = caller(request)
    return user is not None and user.is_active and has_role(user, UserRole.Role.MODERATOR)


def may_see_redacted(request: Request) -> bool:
    """A moderator who asks for it: `show_redactions=true`, exactly."""
    return request.GET.get("show_redactions") == "true" and is_moderator(request)


def may_see_hidden_comments(request: Request) -> bool:
    """A moderator who asks for it, with a token that may hide comments (upstream behaviour 1.8.4)."""
    return (
        bool(request.GET.get("show_hidden_comments"))
        and allows(request, HIDE_CHANGESET_COMMENT["scope"])
        and is_moderator(request)
    )
