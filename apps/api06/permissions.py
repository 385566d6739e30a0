"""What calls need: an OAuth scope, and what the domain requires of the user (upstream behaviour 1.5)."""

from dataclasses import dataclass
from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.osm.errors import AccountRefusedError, NotAuthenticatedError, NotPermittedError
from apps.users import permissions
from apps.users.models import User, UserRole
from apps.users.permissions import ACCOUNT, Requirement, Terms, denial_reason


@dataclass(frozen=True)
class Needs:
    """A scope of the token, and a requirement that its user meets."""

    scope: str
    requirement: Requirement = ACCOUNT


_MODERATOR = Requirement(role=UserRole.Role.MODERATOR)

READ_DETAILS = Needs("read_prefs", Requirement(terms=Terms.UNSEEN))
READ_PREFERENCES = Needs("read_prefs")
WRITE_PREFERENCES = Needs("write_prefs")
READ_ACTIVE_BLOCKS = Needs("read_prefs", Requirement(while_blocked=True))
WRITE_NOTES = Needs("write_notes")
HIDE_NOTE = Needs("write_notes", _MODERATOR)
READ_TRACES = Needs("read_gpx")
WRITE_TRACES = Needs("write_gpx")
READ_MESSAGES = Needs("consume_messages")
SEND_MESSAGE = Needs("send_messages")
EDIT_MAP = Needs("write_api", permissions.EDIT_MAP)
"""Elements; changesets (create, update, upload, close); subscriptions to changesets."""
COMMENT_CHANGESET = Needs("write_changeset_comments", permissions.EDIT_MAP)
HIDE_CHANGESET_COMMENT = Needs("write_changeset_comments", _MODERATOR)
REDACT = Needs("write_redactions", permissions.REDACT)
CREATE_BLOCK = Needs("write_blocks", _MODERATOR)

_INCLUDED = {"write_changeset_comments": "write_api"}
"""Scopes that a wider one includes."""


class DeclaredNeeds(BasePermission):
    """Check what the call declares."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise the error of the first rule that is broken."""
        view.check_token()
        return True


def enforce(request: Request, needs: Needs) -> User:
    """Return the user of the token, if permitted.

    Raises, in this order, NotAuthenticatedError, AccountRefusedError (blocks, unseen terms), NotPermittedError (the
    scope, the account's status, the role, declined terms), PrivateEditsError. Runs at most three SQL statements.
    """
    user = caller(request)
    if user is None:
        raise NotAuthenticatedError
    reason = denial_reason(user, needs.requirement)
    if isinstance(reason, AccountRefusedError):
        raise reason
    if not allows(request, needs.scope):
        raise NotPermittedError
    if reason:
        raise reason
    return user


def welcome(request: Request) -> User | None:
    """Return the user of the token, None without one. Raises AccountRefusedError."""
    user = caller(request)
    if user is not None and isinstance(reason := denial_reason(user, ACCOUNT), AccountRefusedError):
        raise reason
    return user


def caller(request: Request) -> User | None:
    """Return the user whose token the request carries."""
    return cast("User | None", request.user)


def scopes(request: Request) -> list[str]:
    """Return the scopes of the token; none without one."""
    return request.auth.scope.split() if caller(request) else []  # type: ignore[union-attr]


def allows(request: Request, scope: str) -> bool:
    """Return whether the token has the scope, by itself or within a wider one."""
    return not set(sufficient(scope)).isdisjoint(scopes(request))


def sufficient(scope: str) -> list[str]:
    """Return the scopes of which one is enough: the scope itself, and a wider one that includes it."""
    return [scope, _INCLUDED[scope]] if scope in _INCLUDED else [scope]


def is_moderator(request: Request) -> bool:
    """Return whether the user of the token is a moderator."""
    return permissions.is_moderator(caller(request))


def may_see_redacted(request: Request) -> bool:
    """Return whether a moderator asks for redacted versions: `show_redactions=true`, exactly."""
    return request.GET.get("show_redactions") == "true" and is_moderator(request)


def may_see_hidden_comments(request: Request) -> bool:
    """Return whether a moderator asks for hidden comments, with a token that may hide them
    (upstream behaviour 1.8.4)."""
    return (
        bool(request.GET.get("show_hidden_comments"))
        and allows(request, HIDE_CHANGESET_COMMENT.scope)
        and is_moderator(request)
    )
