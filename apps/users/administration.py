"""Roles and statuses of accounts, which administrators change (upstream behaviour 2.12 and 3.3)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .account import erase_account
from .models import ANONYMOUS_AUTHOR_ID, User, UserRole
from .permissions import ADMINISTER, check

Status = User.Status
DESTROY = "soft_destroy"
LOCKOUT_EVENTS = {"suspend", DESTROY}


@dataclass(frozen=True)
class Event:
    """A change of status: the statuses it is possible from, and the resulting one."""

    origins: frozenset[str]
    status: str


EVENTS = {
    "activate": Event(frozenset({Status.PENDING}), Status.ACTIVE),
    "confirm": Event(frozenset({Status.PENDING, Status.ACTIVE, Status.SUSPENDED}), Status.CONFIRMED),
    "unconfirm": Event(frozenset({Status.CONFIRMED}), Status.ACTIVE),
    "suspend": Event(frozenset({Status.PENDING, Status.ACTIVE, Status.CONFIRMED}), Status.SUSPENDED),
    "unsuspend": Event(frozenset({Status.SUSPENDED}), Status.ACTIVE),
    DESTROY: Event(frozenset(set(Status) - {Status.DELETED}), Status.DELETED),
    "undelete": Event(frozenset({Status.DELETED}), Status.ACTIVE),
}


@transaction.atomic
def grant_role(administrator: User, *, user: User, role: str) -> None:
    """Grant a role. Raises ValidationError (unknown role, or already granted), NotPermittedError."""
    check(administrator, ADMINISTER)
    _check_role(role)
    _role, is_new = UserRole.objects.get_or_create(user=user, role=role, defaults={"granter": administrator})
    if not is_new:
        raise ValidationError(_("The user already has role %(role)s."), params={"role": role})


@transaction.atomic
def revoke_role(administrator: User, *, user: User, role: str) -> None:
    """Revoke a role; administrators cannot revoke their own. Raises ValidationError, NotPermittedError."""
    check(administrator, ADMINISTER)
    _check_role(role)
    if role == UserRole.Role.ADMINISTRATOR and user.pk == administrator.pk:
        raise ValidationError(_("You cannot revoke your own administrator role."))
    deleted, _rows = UserRole.objects.filter(user=user, role=role).delete()
    if not deleted:
        raise ValidationError(_("The user does not have role %(role)s."), params={"role": role})


@transaction.atomic
def change_status(administrator: User, *, user: User, event: str) -> None:
    """Change the status of an account. Raises ValidationError (not possible from its status), NotPermittedError."""
    check(administrator, ADMINISTER)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.pk == administrator.pk and event in LOCKOUT_EVENTS:
        raise ValidationError(_("You cannot suspend or delete your own account here."))
    if event not in available_events(user):
        raise ValidationError(
            _("This is not possible for an account that is %(status)s."),
            params={"status": user.get_status_display()},
        )
    if event == DESTROY:
        erase_account(user)
        return
    user.status = EVENTS[event].status
    user.save(update_fields=["status"])


@transaction.atomic
def change_statuses(administrator: User, *, user_ids: Collection[int], event: str) -> int:
    """Confirm or suspend many accounts; skip those whose status does not allow it. Returns how many were changed.

    Raises ValidationError, NotPermittedError.
    """
    check(administrator, ADMINISTER)
    if event not in {"confirm", "suspend"}:
        raise ValidationError(_("Unknown change: %(event)s."), params={"event": event})
    movable = User.objects.filter(pk__in=user_ids, status__in=EVENTS[event].origins)
    return movable.exclude(pk__in=[ANONYMOUS_AUTHOR_ID, administrator.pk]).update(status=EVENTS[event].status)


def available_events(user: User) -> list[str]:
    """Return the events that are possible from the account's status."""
    return [name for name, event in EVENTS.items() if user.status in event.origins]


def _check_role(role: str) -> None:
    if role not in UserRole.Role.values:
        raise ValidationError(_("There is no role %(role)s."), params={"role": role})
