"""The preferences that editors keep here by key (API page, "Preferences")."""

from collections.abc import Mapping

from django.db import transaction

from apps.osm.elements import MAX_TEXT, UNWRITABLE
from apps.osm.errors import InvalidTextError, NotFoundError, TextTooLongError, TextTooShortError

from .models import User, UserPreference

_MODEL = "UserPreference"


def preferences_of(user: User) -> dict[str, str]:
    """All of them, by key. One statement."""
    return dict(user.preferences.order_by("k").values_list("k", "v"))


def access_preference(user: User, *, key: str) -> str:
    """The value under a key. Raises NotFoundError."""
    value = None if "\0" in key else user.preferences.filter(k=key).values_list("v", flat=True).first()
    if value is None:
        raise NotFoundError
    return value


def replace_preferences(user: User, *, preferences: Mapping[str, str]) -> None:
    """These instead of all that were there. Raises TextTooShortError, TextTooLongError, InvalidTextError."""
    for key, value in preferences.items():
        _check(key, value)
    with transaction.atomic():
        _lock(user)
        user.preferences.all().delete()
        UserPreference.objects.bulk_create(
            UserPreference(user=user, k=key, v=value) for key, value in preferences.items()
        )


def set_preference(user: User, *, key: str, value: str) -> None:
    """Raises TextTooShortError, TextTooLongError, InvalidTextError."""
    _check(key, value)
    with transaction.atomic():
        _lock(user)
        if not user.preferences.filter(k=key).update(v=value):
            UserPreference.objects.create(user=user, k=key, v=value)


def remove_preference(user: User, *, key: str) -> None:
    """Raises NotFoundError."""
    number = 0 if "\0" in key else user.preferences.filter(k=key).delete()[0]
    if not number:
        raise NotFoundError


def _lock(user: User) -> None:
    """Who writes preferences in two programs at once has either's, not a part of both."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _check(key: str, value: str) -> None:
    for field, text in (("k", key), ("v", value)):
        if not text:
            raise TextTooShortError(_MODEL, field, 1)
        if len(text) > MAX_TEXT:
            raise TextTooLongError(_MODEL, field, MAX_TEXT)
        if UNWRITABLE.search(text):
            raise InvalidTextError(_MODEL, field)
