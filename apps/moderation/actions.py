"""What moderators do."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.elements.models import CURRENT, SUPERSEDED
from apps.osm.elements import ElementRef
from apps.osm.errors import CannotRedactError, NotFoundError
from apps.text.rules import check_input
from apps.users.models import User
from apps.users.permissions import MODERATE, check

from .models import Redaction
from .querysets import hides_anything

LONGEST_DESCRIPTION = 65_536


def create_redaction(moderator: User, *, title: str, description: str = "") -> Redaction:
    """Makes the reason under which old versions can be put out of sight. Raises ValidationError."""
    check(moderator, MODERATE)
    _check_texts(title, description)
    return Redaction.objects.create(user=moderator, title=title, description=description)


def update_redaction(moderator: User, *, redaction: Redaction, title: str, description: str) -> None:
    """Says it in other words; who made it stays. Raises ValidationError, NotFoundError."""
    check(moderator, MODERATE)
    _check_texts(title, description)
    with transaction.atomic():
        held = _hold(redaction.pk)
        held.title, held.description = title, description
        held.save(update_fields=["title", "description", "updated_at"])


def delete_redaction(moderator: User, *, redaction: Redaction) -> None:
    """Takes a reason away that hides nothing. Raises ValidationError for one that does, NotFoundError."""
    check(moderator, MODERATE)
    with transaction.atomic():
        held = _hold(redaction.pk)
        if hides_anything(held):
            raise ValidationError(_("The redaction is in use: make the versions it hides visible first."))
        held.delete()


def redact(moderator: User, *, ref: ElementRef, version: int, redaction_id: int) -> None:
    """Puts a version out of sight, or under another redaction.

    Raises NotFoundError (the redaction, the element or the version), CannotRedactError (the current version).
    """
    check(moderator, MODERATE)
    with transaction.atomic():
        _set_redaction(ref, version, _hold(redaction_id))


def unredact(moderator: User, *, ref: ElementRef, version: int) -> None:
    """Shows a version again, or leaves it in sight. Raises NotFoundError, CannotRedactError."""
    check(moderator, MODERATE)
    with transaction.atomic():
        _set_redaction(ref, version, None)


def _hold(redaction_id: int) -> Redaction:
    """The redaction until the end of the transaction, so that it is not deleted while it is put to use."""
    redaction = Redaction.objects.select_for_update().filter(pk=redaction_id).first()
    if redaction is None:
        raise NotFoundError
    return redaction


def _set_redaction(ref: ElementRef, version: int, redaction: Redaction | None) -> None:
    # Held, so that what is current now is not superseded before we are done.
    held = CURRENT[ref.type]._default_manager.select_for_update(no_key=True).filter(pk=ref.id)
    if held.values_list("version", flat=True).first() == version:
        raise CannotRedactError
    old = SUPERSEDED[ref.type]._default_manager.filter(id=ref.id, version=version)
    if not old.update(redaction=redaction):
        raise NotFoundError


def _check_texts(title: str, description: str) -> None:
    check_input(_("The title"), title, longest=255)
    check_input(_("The description"), description, longest=LONGEST_DESCRIPTION, required=False)
