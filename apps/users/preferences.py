"""What people prefer: their editor, their languages, and what they hear of by mail."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import User
from .recipients import MAIL_PREFERENCE, unwanted_mails
from .stored_preferences import set_preferences

MAIL_EVENTS = {
    "direct_message": gettext_lazy("Somebody sends me a message"),
    "changeset_comment": gettext_lazy("Somebody comments on a changeset that I follow"),
    "note_comment": gettext_lazy("Somebody comments on a note that I follow"),
    "new_follower": gettext_lazy("Somebody follows me"),
    "gpx_import_success": gettext_lazy("One of my traces has been imported"),
    "gpx_import_failure": gettext_lazy("One of my traces could not be imported"),
}
"""What people are told of by mail (upstream behaviour 2.9.8)."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 255


def mail_preferences(user: User) -> dict[str, bool]:
    """Of which events the user hears by mail."""
    unwanted = unwanted_mails(user)
    return {event: MAIL_PREFERENCE.format(event=event) not in unwanted for event in MAIL_EVENTS}


def set_mail_preferences(user: User, *, mails: Mapping[str, bool]) -> None:
    """Sets of which events the user hears by mail; on the site it is told in any case."""
    set_preferences(
        user,
        preferences={
            MAIL_PREFERENCE.format(event=event): str(wanted).lower() for event, wanted in mails.items()
        },
    )


def set_preferred_editor(user: User, *, editor: str | None) -> None:
    """Makes this the editor behind the button Edit; None leaves the choice to the instance."""
    user.preferred_editor = editor
    user.save(update_fields=["preferred_editor"])


def set_languages(user: User, *, languages: list[str]) -> None:
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
