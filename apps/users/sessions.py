"""Sessions, stored with their user, so that people can see where they are logged in and log out there.

This module is Django's SESSION_ENGINE: its middleware and its log-in use `SessionStore`.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from .models import EditorToken, Session, User

_LOGIN = "login"
_LONGEST_USER_AGENT = 300
MOST_LISTED = 100


class SessionStore(db.SessionStore):
    """Django's sessions in the database; the editor's token ends with the session."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = data.get(SESSION_KEY)
        return session

    def flush(self) -> None:
        """End the session: at log-out, when another user logs in, and when password or email address have changed."""
        key = self.session_key
        super().flush()
        # Afterwards: another window that is just getting a token has locked the session, and gets none any more.
        _revoke_editor_tokens([key])

    def cycle_key(self) -> None:
        """Change the key, which the editor's token follows."""
        key = self.session_key
        super().cycle_key()
        EditorToken.objects.filter(session_key=key).update(session_key=self.session_key)


@dataclass(frozen=True)
class LoginSession:
    """A session as its user sees it."""

    handle: str
    """Names the session on pages; its key would let whoever reads it take the session over."""
    is_current: bool
    since: datetime | None
    address: str | None
    user_agent: str


def record_login(session: SessionBase, *, address: str | None, user_agent: str) -> None:
    """Store when, from where and with which browser the user logged in."""
    session[_LOGIN] = [time.time(), address, user_agent[:_LONGEST_USER_AGENT]]


def sessions_of(user: User, *, current: str | None) -> list[LoginSession]:
    """Return the user's sessions, the current one first and then the latest used, up to MOST_LISTED."""
    live = Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-expire_date")
    listed = [_described(session, current) for session in live[:MOST_LISTED]]
    return sorted(listed, key=lambda session: not session.is_current)


@transaction.atomic
def end_session(user: User, *, handle: str) -> None:
    """End one session of the user, if it is still there."""
    _lock(user)
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    _end(Session.objects.filter(session_key__in=[key for key in keys if _handle(key) == handle]))


@transaction.atomic
def end_sessions(user: User, *, keep: str | None = None) -> None:
    """End all sessions of the user, except for the one with the key `keep`."""
    _lock(user)
    _end(Session.objects.filter(user=user).exclude(session_key=keep or ""))


@transaction.atomic
def end_all_access(user: User, *, keep: str | None = None) -> None:
    """End all sessions of the user, except for the one with the key `keep`, and revoke the access of applications."""
    end_sessions(user, keep=keep)
    for model in (get_refresh_token_model(), get_access_token_model(), get_grant_model()):
        model.objects.filter(user=user).delete()


def _lock(user: User) -> None:
    """Wait for windows that are just getting a token for the editor."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _end(sessions: Any) -> None:
    keys = list(sessions.values_list("session_key", flat=True))
    sessions.delete()
    _revoke_editor_tokens(keys)


def _revoke_editor_tokens(keys: Iterable[str | None]) -> None:
    tokens = EditorToken.objects.filter(session_key__in=list(keys)).values("token")
    get_access_token_model().objects.filter(pk__in=tokens).delete()


def _data(session: Session) -> dict[str, Any]:
    """Return the content of a session, nothing if it was signed with another key."""
    return SessionStore().decode(session.session_data)


def _described(session: Session, current: str | None) -> LoginSession:
    since, address, user_agent = _data(session).get(_LOGIN, (None, None, ""))
    return LoginSession(
        handle=_handle(session.session_key),
        is_current=session.session_key == current,
        since=datetime.fromtimestamp(since, UTC) if since else None,
        address=address,
        user_agent=user_agent,
    )


def _handle(session_key: str) -> str:
    return salted_hmac("users.sessions", session_key, algorithm="sha256").hexdigest()[:32]
