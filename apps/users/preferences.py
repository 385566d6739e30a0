"""What people prefer: their editor and their languages."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.users.models import User

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 255


def choose_editor(user: User, *, editor: str | None) -> None:
    """Makes this the editor behind the button Edit; None leaves the choice to the instance."""
    user.preferred_editor = editor
    user.save(update_fields=["preferred_editor"])


def choose_languages(user: User, *, languages: list[str]) -> None:
    """Sets the languages the user reads, best first; none leaves it to the browser. Raises ValidationError."""
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ValidationError(
                _("%(language)s is not the code of a language."), params={"language": language}
            )
    joined = ",".join(dict.fromkeys(languages))
    if len(joined) > _LONGEST:
        raise ValidationError(_("These are too many languages."))
    user.languages = joined or None
    user.save(update_fields=["languages"])
