"""Preferences that editors store by key (API page, "Preferences")."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from apps.osm.elements import MAX_TEXT
from apps.osm.errors import NotFoundError
from apps.text.rules import check_text

from .models import User, UserPreference

_MODEL = "UserPreference"


def preferences_of(user: User) -> dict[str, str]:
    """Return all preferences, ordered by key. One statement."""
    return dict(user.preferences.order_by("k").values_list("k", "v"))


def access_preference(user: User, *, key: str) -> str:
    """Return the value of a key. Raises NotFoundError."""
    value = None if "\0" in key else user.preferences.filter(k=key).values_list("v", flat=True).first()
    if value is None:
        raise NotFoundError
    return value


def replace_preferences(user: User, *, preferences: Mapping[str, str]) -> None:
    """Replace all preferences. Raises TextTooShortError, TextTooLongError, InvalidTextError."""
    _write(user, preferences, user.preferences.all())


def set_preferences(user: User, *, preferences: Mapping[str, str]) -> None:
    """Set these preferences and leave those with other keys unchanged.

    Raises TextTooShortError, TextTooLongError, InvalidTextError.
    """
    _write(user, preferences, user.preferences.filter(k__in=preferences))


def remove_preference(user: User, *, key: str) -> None:
    """Remove one preference. Raises NotFoundError."""
    deleted = 0 if "\0" in key else user.preferences.filter(k=key).delete()[0]
    if not deleted:
        raise NotFoundError


def _write(user: User, preferences: Mapping[str, str], replaced: QuerySet[UserPreference]) -> None:
    for key, value in preferences.items():
        check_text(_MODEL, "k", key, shortest=1, longest=MAX_TEXT)
        check_text(_MODEL, "v", value, shortest=1, longest=MAX_TEXT)
    with transaction.atomic():
        # Two programs that write at once must not leave a mixture of both.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        replaced.delete()
        UserPreference.objects.bulk_create(
            UserPreference(user=user, k=key, v=value) for key, value in preferences.items()
        )
