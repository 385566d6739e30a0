"""Rules for display names and email addresses (upstream behaviour 2.9.1)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from .lookalikes import has_invisible_characters, mixes_scripts
from .models import LookAlike, NormalName, User

_SHORTEST, _LONGEST = 3, 255
_URL_CHARACTERS = re.compile(r"[/;.,?%#]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff\u2028\u2029]")
_RESERVED = {
    "new",
    "terms",
    "save",
    "confirm",
    "confirm-email",
    "go_public",
    "reset-password",
    "forgot-password",
    "suspended",
}
_NAME_OF_ID = re.compile(r"user_(\d+)")


def check_display_name(name: str, *, user_id: int | None = None) -> None:
    """Raise ValidationError unless a new user, or the user with this id, may have this name."""
    if not _SHORTEST <= len(name) <= _LONGEST or _width(name) < _SHORTEST:
        raise ValidationError(_("The display name must have 3 to 255 characters."))
    if name != name.strip():
        raise ValidationError(_("The display name must not begin or end with a space."))
    if _CONTROL.search(name):
        raise ValidationError(_("The display name contains invalid characters."))
    if _URL_CHARACTERS.search(name):
        raise ValidationError(_("The display name must not contain any of / ; . , ? % #"))
    if has_invisible_characters(name):
        raise ValidationError(_("The display name contains invisible characters."))
    if mixes_scripts(name):
        raise ValidationError(_("A word of the display name mixes letters of several alphabets."))
    if name in _RESERVED:
        raise ValidationError(_("The display name is a reserved word."))
    of_id = _NAME_OF_ID.fullmatch(name)
    if of_id and int(of_id[1]) != user_id:
        raise ValidationError(_("A display name of the form user_N is reserved for the user with id N."))
    own = [] if user_id is None else [user_id]
    if users_with_similar_name(name).exclude(pk__in=own).exists():
        raise ValidationError(_("The display name is already in use."))
    if users_who_look_alike(name).exclude(pk__in=own).exists():
        raise ValidationError(_("The display name looks like another one that is already in use."))


def check_email_format(address: str) -> None:
    """Raise ValidationError unless this is a well-formed email address."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("The email address is not valid.")) from None


def check_email(address: str) -> None:
    """Raise ValidationError unless this is a well-formed email address that no account uses."""
    check_email_format(address)
    if users_with_email(address).exists():
        raise ValidationError(_("The email address is already in use."))


def users_with_similar_name(name: str) -> QuerySet[User]:
    """Return the users whose names are equal except for case and compatible characters (NFKC)."""
    # No name is longer, and the time to normalize combining characters grows with the square of the length.
    if len(name) > _LONGEST:
        return User.objects.none()
    given = Lower(Value(unicodedata.normalize("NFKC", name), output_field=TextField()))
    return User.objects.alias(alike=Lower(NormalName("display_name"))).filter(alike=given)


def users_who_look_alike(name: str) -> QuerySet[User]:
    """Return the users whose names readers cannot tell from this one (lookalikes.py), in its or in small letters."""
    given = [LookAlike(Value(spelling, output_field=TextField())) for spelling in (name, name.lower())]
    return User.objects.alias(look_alike=LookAlike("display_name")).filter(look_alike__in=given)  # type: ignore[misc] # expressions


def users_with_email(address: str) -> QuerySet[User]:
    """Return the users whose email addresses are equal except for case."""
    return User.objects.alias(lower=Lower("email")).filter(lower=Lower(Value(address)))


def _width(name: str) -> int:
    """Return the width of a name in columns: combining characters take none, ideographs two."""
    widths = {"W": 2, "F": 2}
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me", "Mn"}
        else widths.get(unicodedata.east_asian_width(character), 1)
        for character in name
    )
