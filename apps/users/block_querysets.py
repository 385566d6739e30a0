"""Reads of blocks."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.osm.elements import MAX_ID
from apps.osm.errors import ObjectNotFoundError

from .models import User, UserBlock


def access_block(block_id: int, blocks: QuerySet[UserBlock] | None = None) -> UserBlock:
    """Return the block with its users. Raises ObjectNotFoundError."""
    found = blocks_with_users(blocks).filter(pk=min(block_id, MAX_ID)).first()
    if found is None:
        raise ObjectNotFoundError
    return found


def blocks_with_users(blocks: QuerySet[UserBlock] | None = None) -> QuerySet[UserBlock]:
    """Return these blocks, or all, with the blocked user, the creator and the revoker."""
    found = UserBlock.objects.all() if blocks is None else blocks
    return found.select_related("user", "creator", "revoker")


def active_blocks_of(user: User) -> QuerySet[UserBlock]:
    """Return the user's active blocks with their users, newest first."""
    return blocks_with_users(user.blocks.active()).order_by("-pk")


def active_block(user: User) -> UserBlock | None:
    """Return the user's active block: one that has to be read before others, else the one that ends last."""
    return user.blocks.active().order_by("-needs_view", "-ends_at", "-pk").first()


@dataclass(frozen=True)
class BlockCounts:
    """How many blocks a user received and issued, and how many of them are active."""

    received: int
    received_active: int
    issued: int
    issued_active: int


def block_counts(user: User) -> BlockCounts:
    """Return the user's block counts. One statement."""
    related = UserBlock.objects.filter(Q(user=user) | Q(creator=user))
    active = Q(pk__in=related.active().values("pk"))
    counts = related.aggregate(
        received=Count("pk", filter=Q(user=user)),
        received_active=Count("pk", filter=Q(user=user) & active),
        issued=Count("pk", filter=Q(creator=user)),
        issued_active=Count("pk", filter=Q(creator=user) & active),
    )
    return BlockCounts(**counts)
