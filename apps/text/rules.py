"""What texts that people write must look like: one check for the API's errors, one for forms and commands."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.osm.elements import UNWRITABLE
from apps.osm.errors import InvalidTextError, TextTooLongError, TextTooShortError


def check_text(model: str, field: str, text: str, *, longest: int, shortest: int = 0) -> None:
    """Check what an API client wrote; `longest` and `shortest` count characters.

    Raises TextTooShortError, TextTooLongError, InvalidTextError, which name the model and the field as upstream does
    ("NoteComment : body: is too long").
    """
    if len(text) < shortest:
        raise TextTooShortError(model, field, shortest)
    if len(text) > longest:
        raise TextTooLongError(model, field, longest)
    if UNWRITABLE.search(text):
        raise InvalidTextError(model, field)


def check_input(label: str | Promise, text: str, *, longest: int, required: bool = True) -> None:
    """Check what a person wrote in a form or on the command line. Raises ValidationError.

    The label begins the sentence of the error: "The reason" (must not be empty).
    """
    params = {"label": label, "longest": longest}
    if required and not text.strip():
        raise ValidationError(_("%(label)s must not be empty."), params=params)
    if len(text) > longest:
        raise ValidationError(_("%(label)s must not be longer than %(longest)s characters."), params=params)
    if UNWRITABLE.search(text):
        raise ValidationError(_("%(label)s contains invalid characters."), params=params)
