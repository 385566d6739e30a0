"""Blocks: made, changed, read and ended (upstream behaviour 2.11 and 3.3).

A block is in force until its end and, with `needs_view`, until the user has read it. One that is over stays over.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.osm.elements import MAX_ID
from apps.osm.errors import ObjectNotFoundError
from apps.text.rules import check_input
from apps.users.models import User, UserBlock
from apps.users.permissions import MODERATE, check

LONGEST_REASON = 10_000


def longest_period() -> int:
    """Hours."""
    return max(settings.USER_BLOCK_PERIODS)


def block_user(
    moderator: User, *, user: User, reason: str, hours: int = 24, needs_view: bool = False
) -> UserBlock:
    """Keeps a user from the API for some hours, and with `needs_view` until they have read why.

    Raises ValidationError.
    """
    check(moderator, MODERATE)
    reason = _checked_reason(reason)
    _check_period(hours)
    ends_at = timezone.now() + timedelta(hours=hours)
    return UserBlock.objects.create(
        user=user,
        creator=moderator,
        reason=reason,
        ends_at=ends_at,
        needs_view=needs_view,
        deactivates_at=None if needs_view else ends_at,
    )


@transaction.atomic
def change_block(
    moderator: User, *, block_id: int, reason: str, hours: int = 0, needs_view: bool = False
) -> UserBlock:
    """Gives a block another reason and, from now on, another period; 0 hours that need not be read revoke it.

    Whoever made the block may do all of that; other moderators may revoke it while it is in force. Once it is over,
    who made or revoked it may change the reason. Raises ObjectNotFoundError, ValidationError.
    """
    check(moderator, MODERATE)
    reason = _checked_reason(reason)
    _check_period(hours)
    block = access_block(block_id, UserBlock.objects.select_for_update(of=("self",)))
    is_to_last = needs_view or hours > 0
    if block.is_active:
        if is_to_last and moderator.pk != block.creator_id:
            raise ValidationError(
                _("Only the moderator who made this block can change it; you can revoke it.")
            )
        block.ends_at = timezone.now() + timedelta(hours=hours)
        block.needs_view = needs_view
        block.deactivates_at = None if needs_view else block.ends_at
        block.revoker = None if is_to_last else moderator
    elif not may_change(moderator, block):
        raise ValidationError(_("Only who made or revoked this block can change it now."))
    elif is_to_last:
        raise ValidationError(_("This block is over and cannot be put in force again."))
    block.reason = reason
    fields = ["reason", "ends_at", "needs_view", "deactivates_at", "revoker", "updated_at"]
    block.save(update_fields=fields)
    return block


def revoke_blocks(moderator: User, *, user: User) -> int:
    """Ends all blocks of a user that are in force; how many that were. Raises ValidationError."""
    check(moderator, MODERATE)
    now = timezone.now()
    return user.blocks.active().update(
        ends_at=now, deactivates_at=now, needs_view=False, revoker=moderator, updated_at=now
    )


def note_reading(user: User, *, block: UserBlock) -> None:
    """That somebody reads a block: where it is their own, that is what a block with `needs_view` waits for."""
    if user.pk != block.user_id or not block.needs_view:
        return
    now = timezone.now()
    waiting = UserBlock.objects.filter(pk=block.pk, needs_view=True)
    waiting.update(needs_view=False, deactivates_at=Greatest(F("ends_at"), now), updated_at=now)
    block.refresh_from_db(fields=["needs_view", "deactivates_at", "ends_at", "updated_at"])


def may_change(moderator: User, block: UserBlock) -> bool:
    """Whether there is something that this moderator may do with the block."""
    return block.is_active or moderator.pk in {block.creator_id, block.revoker_id}


def _checked_reason(reason: str) -> str:
    reason = reason.replace("\r\n", "\n")
    check_input(_("The reason"), reason, longest=LONGEST_REASON)
    return reason


def _check_period(hours: int) -> None:
    if not 0 <= hours <= longest_period():
        raise ValidationError(
            _("The period must be between 0 and %(most)s hours."), params={"most": longest_period()}
        )


# Reads


def access_block(block_id: int, blocks: QuerySet[UserBlock] | None = None) -> UserBlock:
    """The block with its persons; ObjectNotFoundError where there is none."""
    found = listed_blocks(blocks).filter(pk=min(block_id, MAX_ID)).first()
    if found is None:
        raise ObjectNotFoundError
    return found


def listed_blocks(blocks: QuerySet[UserBlock] | None = None) -> QuerySet[UserBlock]:
    """Blocks with their persons."""
    found = UserBlock.objects.all() if blocks is None else blocks
    return found.select_related("user", "creator", "revoker")


def block_in_force(user: User) -> UserBlock | None:
    """The one that ends last, those to be read before the others."""
    return user.blocks.active().order_by("-needs_view", "-ends_at", "-pk").first()


@dataclass(frozen=True)
class BlockCounts:
    """How many blocks a user got and gave, and how many of each are in force."""

    received: int
    received_active: int
    issued: int
    issued_active: int


def block_counts(user: User) -> BlockCounts:
    """One statement."""
    named = UserBlock.objects.filter(Q(user=user) | Q(creator=user))
    active = Q(pk__in=named.active().values("pk"))
    numbers = named.aggregate(
        received=Count("pk", filter=Q(user=user)),
        received_active=Count("pk", filter=Q(user=user) & active),
        issued=Count("pk", filter=Q(creator=user)),
        issued_active=Count("pk", filter=Q(creator=user) & active),
    )
    return BlockCounts(**numbers)
