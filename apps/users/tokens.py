"""Tokens for links in mails: signed, valid for a week, for one use, and only until the account changes."""

from typing import Literal

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import User

WEEK = 7 * 24 * 3600
Purpose = Literal["sign-up", "new-email", "password"]


def make_token(user: User, purpose: Purpose) -> str:
    return signing.dumps([user.pk, _state(user, purpose)], salt=_salt(purpose))


def user_of_token(token: str, purpose: Purpose) -> User | None:
    """Return the locked account of a token; None if the token is invalid, expired or used."""
    try:
        user_id, state = signing.loads(token, salt=_salt(purpose), max_age=WEEK)
    except signing.BadSignature:
        return None
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None or not user.is_visible:
        return None
    return user if constant_time_compare(state, _state(user, purpose)) else None


def _salt(purpose: Purpose) -> str:
    return f"users.tokens.{purpose}"


def _state(user: User, purpose: Purpose) -> str:
    """Return a hash of what changes when the token is used or must become invalid."""
    parts = [user.email or "", user.password]
    if purpose == "sign-up":
        parts.append(user.status)
    if purpose == "new-email":
        parts.append(user.new_email or "")
    return salted_hmac(_salt(purpose), "\n".join(parts), algorithm="sha256").hexdigest()[:32]
