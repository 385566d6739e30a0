"""Changes to blocks (upstream behaviour 2.11 and 3.3).

A block is active until its end and, with `needs_view`, until the user has read it. A block that has ended cannot be
made active again.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.text.rules import check_input

from .block_querysets import access_block
from .models import User, UserBlock
from .permissions import MODERATE, check

LONGEST_REASON = 10_000


def max_block_hours() -> int:
    """Return the longest period that moderators may choose, in hours."""
    return max(settings.USER_BLOCK_PERIODS)


def block_user(
    moderator: User, *, user: User, reason: str, hours: int = 24, needs_view: bool = False
) -> UserBlock:
    """Block a user for some hours and, with `needs_view`, until they have read the reason.

    Raises ValidationError, NotPermittedError.
    """
    check(moderator, MODERATE)
    reason = _clean_reason(reason)
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
    """Change the reason and the period, which starts now; 0 hours without `needs_view` revoke the block.

    While the block is active, its creator may change everything, and other moderators may only revoke it. After it
    has ended, its creator and its revoker may change the reason. Raises ObjectNotFoundError, ValidationError,
    NotPermittedError.
    """
    check(moderator, MODERATE)
    reason = _clean_reason(reason)
    _check_period(hours)
    block = access_block(block_id, UserBlock.objects.select_for_update(of=("self",)))
    stays_active = needs_view or hours > 0
    if block.is_active:
        if stays_active and moderator.pk != block.creator_id:
            raise ValidationError(
                _("Only the moderator who created this block can change it; you can revoke it.")
            )
        block.ends_at = timezone.now() + timedelta(hours=hours)
        block.needs_view = needs_view
        block.deactivates_at = None if needs_view else block.ends_at
        block.revoker = None if stays_active else moderator
    elif not may_change(moderator, block):
        raise ValidationError(_("Only the moderators who created or revoked this block can change it now."))
    elif stays_active:
        raise ValidationError(_("This block has ended and cannot be made active again."))
    block.reason = reason
    fields = ["reason", "ends_at", "needs_view", "deactivates_at", "revoker", "updated_at"]
    block.save(update_fields=fields)
    return block


def revoke_blocks(moderator: User, *, user: User) -> int:
    """Revoke all active blocks of a user. Returns how many there were. Raises NotPermittedError."""
    check(moderator, MODERATE)
    now = timezone.now()
    return user.blocks.active().update(
        ends_at=now, deactivates_at=now, needs_view=False, revoker=moderator, updated_at=now
    )


def mark_block_read(user: User, *, block: UserBlock) -> None:
    """Record that a user has read a block, which ends their own block with `needs_view` once its period is over."""
    if user.pk != block.user_id or not block.needs_view:
        return
    now = timezone.now()
    unread = UserBlock.objects.filter(pk=block.pk, needs_view=True)
    unread.update(needs_view=False, deactivates_at=Greatest(F("ends_at"), now), updated_at=now)
    block.refresh_from_db(fields=["needs_view", "deactivates_at", "ends_at", "updated_at"])


def may_change(moderator: User, block: UserBlock) -> bool:
    """Return whether the moderator may change anything about the block."""
    return block.is_active or moderator.pk in {block.creator_id, block.revoker_id}


def _clean_reason(reason: str) -> str:
    reason = reason.replace("\r\n", "\n")
    check_input(_("The reason"), reason, longest=LONGEST_REASON)
    return reason


def _check_period(hours: int) -> None:
    if not 0 <= hours <= max_block_hours():
        raise ValidationError(
            _("The period must be between 0 and %(most)s hours."), params={"most": max_block_hours()}
        )
