"""The languages in which a reader wants names."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from apps.users.models import User

_MOST = 6


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """Return the languages of the user's preferences, else those that the browser asks for, the preferred one first."""
    if isinstance(request.user, User) and request.user.languages:
        return tuple(language.lower() for language in request.user.languages.split(",") if language)[:_MOST]
    return accepted(request.headers.get("Accept-Language", ""))


def accepted(header: str) -> tuple[str, ...]:
    """Return the languages of an `Accept-Language` header, the preferred one first."""
    return tuple(language for language, _ in parse_accept_lang_header(header) if language != "*")[:_MOST]
