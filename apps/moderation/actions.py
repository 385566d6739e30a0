"""Redactions: created, changed, and put on and taken off old versions."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.elements.models import CURRENT, SUPERSEDED
from apps.osm.elements import ElementRef
from apps.osm.errors import CannotRedactError, NotFoundError
from apps.text.rules import check_input
from apps.users.models import User
from apps.users.permissions import MODERATE, REDACT, check

from .models import Redaction
from .querysets import hides_anything

LONGEST_DESCRIPTION = 65_536


def create_redaction(moderator: User, *, title: str, description: str = "") -> Redaction:
    """Create a redaction. Raises ValidationError, NotPermittedError."""
    check(moderator, MODERATE)
    _check_texts(title, description)
    return Redaction.objects.create(user=moderator, title=title, description=description)


def update_redaction(moderator: User, *, redaction: Redaction, title: str, description: str) -> None:
    """Change title and description. Raises ValidationError, NotFoundError, NotPermittedError."""
    check(moderator, MODERATE)
    _check_texts(title, description)
    with transaction.atomic():
        locked = _lock(redaction.pk)
        locked.title, locked.description = title, description
        locked.save(update_fields=["title", "description", "updated_at"])


def delete_redaction(moderator: User, *, redaction: Redaction) -> None:
    """Delete a redaction. Raises ValidationError if it hides a version, NotFoundError, NotPermittedError."""
    check(moderator, MODERATE)
    with transaction.atomic():
        locked = _lock(redaction.pk)
        if hides_anything(locked):
            raise ValidationError(
                _("This redaction is in use. Please unredact all versions that it hides first.")
            )
        locked.delete()


def redact(moderator: User, *, ref: ElementRef, version: int, redaction_id: int) -> None:
    """Hide a version, or put it under another redaction.

    Raises NotFoundError (the redaction, the element or the version), CannotRedactError (the current version), and the
    errors of `permissions.check`.
    """
    check(moderator, REDACT)
    with transaction.atomic():
        _set_redaction(ref, version, _lock(redaction_id))


def unredact(moderator: User, *, ref: ElementRef, version: int) -> None:
    """Make a version visible again, if it is hidden.

    Raises NotFoundError, CannotRedactError, and the errors of `permissions.check`.
    """
    check(moderator, REDACT)
    with transaction.atomic():
        _set_redaction(ref, version, None)


def _lock(redaction_id: int) -> Redaction:
    """Lock the redaction, so that it is not deleted while it is put on a version. Raises NotFoundError."""
    redaction = Redaction.objects.select_for_update().filter(pk=redaction_id).first()
    if redaction is None:
        raise NotFoundError
    return redaction


def _set_redaction(ref: ElementRef, version: int, redaction: Redaction | None) -> None:
    # Locked, so that the current version is not superseded in the meantime.
    current = CURRENT[ref.type]._default_manager.select_for_update(no_key=True).filter(pk=ref.id)
    if current.values_list("version", flat=True).first() == version:
        raise CannotRedactError
    old = SUPERSEDED[ref.type]._default_manager.filter(id=ref.id, version=version)
    if not old.update(redaction=redaction):
        raise NotFoundError


def _check_texts(title: str, description: str) -> None:
    check_input(_("The title"), title, longest=255)
    check_input(_("The description"), description, longest=LONGEST_DESCRIPTION, required=False)
