"""Reads of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Count, F, Func, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.osm.errors import NotFoundError

from .models import ANONYMOUS_AUTHOR_ID, Follow, SocialLink, User, UserBlock, UserMute
from .names import users_with_email, users_with_similar_name
from .permissions import is_administrator


def user_with_id(user_id: int) -> User | None:
    """Return the user with this id, None if there is none."""
    return User.objects.filter(pk=user_id).first()


def user_named(name: str) -> User:
    """Return the user with exactly this display name. Raises ValidationError."""
    try:
        return User.objects.get(display_name=name)
    except User.DoesNotExist:
        raise ValidationError(_("There is no user %(name)s."), params={"name": name}) from None


def find_user(*, name: str | None = None, user_id: int | None = None) -> User | None:
    """Return the user with exactly this display name, else the one with this id, None if there is none."""
    if name is not None:
        return None if "\0" in name else User.objects.filter(display_name=name).first()
    return User.objects.filter(id=user_id).first() if user_id is not None else None


def described_user(user_id: int) -> User | None:
    """Return the user as the API describes them, None if there is none."""
    return described_users().filter(id=user_id).first()


def described_users_by_id(user_ids: Sequence[int]) -> list[User]:
    """Return the visible users among the ids, in the order of the ids."""
    found = {user.id: user for user in described_users().filter(id__in=user_ids) if user.is_visible}
    return [found[user_id] for user_id in user_ids if user_id in found]


def access_profile(display_name: str, *, viewer: User | None = None) -> User:
    """Return the user of that name whose profile the viewer may see. Raises NotFoundError.

    Only administrators may see suspended and deleted accounts (upstream behaviour 2.9.7).
    """
    if "\x00" in display_name:
        raise NotFoundError
    user = User.objects.filter(display_name=display_name).exclude(pk=ANONYMOUS_AUTHOR_ID).first()
    if user is None or not (user.is_visible or is_administrator(viewer)):
        raise NotFoundError
    return user


def access_mapper(display_name: str) -> User:
    """Return the user of that name whose account is active. Raises NotFoundError."""
    user = access_profile(display_name)
    if not user.is_active:
        raise NotFoundError
    return user


# Descriptions and profiles


def described_users() -> QuerySet[User]:
    """Return users with everything the API says about them: roles, links, and counts of received and issued blocks."""
    blocks = UserBlock.objects.order_by()
    return User.objects.annotate(
        blocks_count=_block_count(blocks, "user"),
        active_blocks_count=_block_count(blocks.active(), "user"),
        issued_blocks_count=_block_count(blocks, "creator"),
        active_issued_blocks_count=_block_count(blocks.active(), "creator"),
    ).prefetch_related("roles", "social_links")


def social_links_of(user: User) -> QuerySet[SocialLink]:
    """Return the links of the user's profile in the order in which they were entered."""
    return user.social_links.order_by("pk")


def _block_count(blocks: QuerySet[UserBlock], field: str) -> Coalesce:
    own = blocks.filter(**{field: OuterRef("pk")})
    return Coalesce(Subquery(own.values(field).annotate(count=Count("id")).values("count")), 0)


@dataclass(frozen=True)
class Activity:
    """What a user has contributed."""

    changesets: int
    last_edit: datetime | None
    comments: int
    notes: int


def activity_of(user: User) -> Activity:
    """Return the counts for the profile; notes are those the user opened or commented on. Three statements."""
    edits = user.changesets.aggregate(count=Count("id"), last=Max("created_at"))
    comments = user.changeset_comments.filter(visible=True).count()
    on_notes = user.note_comments.exclude(note__status="hidden")
    notes = on_notes.aggregate(count=Count("note", distinct=True))["count"]
    return Activity(edits["count"], edits["last"], comments, notes)


# Relations between users


@dataclass(frozen=True)
class Relation:
    """Whether one user follows and mutes another."""

    follows: bool
    mutes: bool


def relation_of(user: User, *, other: User) -> Relation:
    """Return how a user relates to another. Two statements."""
    return Relation(
        Follow.objects.filter(follower=user, following=other).exists(),
        UserMute.objects.filter(owner=user, subject=other).exists(),
    )


def mutes_of(user: User) -> QuerySet[UserMute]:
    """Return the user's mutes with the muted accounts, oldest first. One statement."""
    return UserMute.objects.filter(owner=user).select_related("subject").order_by("pk")


# The administrators' list of accounts


class _Within(Func):
    """Whether an IP address lies in a network."""

    template = "(%(expressions)s::inet)"
    arg_joiner = " <<= "
    output_field = BooleanField()


def search_users(*, status: str = "", username: str = "", ip: str = "", edits: str = "") -> QuerySet[User]:
    """Return the accounts that match every filter given: status, name or email address, IP address or network at
    sign-up, and whether they have edits ("yes" or "no")."""
    users = User.objects.exclude(pk=ANONYMOUS_AUTHOR_ID)
    if status:
        users = users.filter(status=status)
    if username:
        by_name, by_email = users_with_similar_name(username), users_with_email(username)
        users = users.filter(Q(pk__in=by_name.values("pk")) | Q(pk__in=by_email.values("pk")))
    if ip:
        users = users.filter(_Within(F("creation_address"), Value(ip)))
    if edits:
        users = users.filter(changesets_count__gt=0) if edits == "yes" else users.filter(changesets_count=0)
    return users


def count_up_to(users: QuerySet[User], limit: int) -> int:
    """Return how many users there are, or `limit` + 1 if there are more than that."""
    return users.order_by()[: limit + 1].count()
