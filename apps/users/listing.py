"""The administrators' list of accounts."""

from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from apps.users.models import ANONYMOUS_AUTHOR_ID, User
from apps.users.names import named_alike, with_email

PAGE_SIZE = 50
MOST_LISTED = 500
"""Accounts that are changed at once."""
MOST_COUNTED = 500


class _Within(Func):
    """An address that lies in a network."""

    template = "(%(expressions)s::inet)"
    arg_joiner = " <<= "
    output_field = BooleanField()


@dataclass(frozen=True)
class UserPage:
    users: list[User]
    has_newer: bool
    has_older: bool


def found_users(*, status: str = "", username: str = "", ip: str = "", edits: str = "") -> QuerySet[User]:
    """Accounts of a state, of a name or e-mail address, from an address or network, with edits or without."""
    users = User.objects.exclude(pk=ANONYMOUS_AUTHOR_ID)
    if status:
        users = users.filter(status=status)
    if username:
        users = users.filter(
            Q(pk__in=named_alike(username).values("pk")) | Q(pk__in=with_email(username).values("pk"))
        )
    if ip:
        users = users.filter(_Within(F("creation_address"), Value(ip)))
    if edits:
        users = users.filter(changesets_count__gt=0) if edits == "yes" else users.filter(changesets_count=0)
    return users


def user_page(users: QuerySet[User], *, before: int | None, after: int | None) -> UserPage:
    """The newest 50, those before an id, or those that follow one; the newest first."""
    if after is not None:
        rows = list(users.filter(pk__gt=after).order_by("pk")[: PAGE_SIZE + 1])
        return UserPage(rows[PAGE_SIZE - 1 :: -1], has_newer=len(rows) > PAGE_SIZE, has_older=True)
    if before is not None:
        users = users.filter(pk__lt=before)
    rows = list(users.order_by("-pk")[: PAGE_SIZE + 1])
    return UserPage(rows[:PAGE_SIZE], has_newer=before is not None, has_older=len(rows) > PAGE_SIZE)


def count_up_to(users: QuerySet[User], most: int) -> int:
    """How many there are; one more than `most` for all that is more."""
    return users.order_by()[: most + 1].count()
