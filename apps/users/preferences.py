"""The preferences of the site: editor, languages, and email notifications."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import User
from .recipients import MAIL_PREFERENCE, unwanted_mails
from .stored_preferences import set_preferences

MAIL_EVENTS = {
    "direct_message": gettext_lazy("Someone sends me a message"),
    "changeset_comment": gettext_lazy("Someone comments on a changeset I follow"),
    "note_comment": gettext_lazy("Someone comments on a note I follow"),
    "new_follower": gettext_lazy("Someone follows me"),
    "gpx_import_success": gettext_lazy("One of my traces has been imported"),
    "gpx_import_failure": gettext_lazy("One of my traces could not be imported"),
}
"""The events that users can be notified of by mail (upstream behaviour 2.9.8)."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST = 255


def mail_preferences(user: User) -> dict[str, bool]:
    """Return for each event whether the user is notified by mail."""
    unwanted = unwanted_mails(user)
    return {event: MAIL_PREFERENCE.format(event=event) not in unwanted for event in MAIL_EVENTS}


def set_mail_preferences(user: User, *, mails: Mapping[str, bool]) -> None:
    """Choose the events to be notified of by mail. Notices on the site are not affected."""
    set_preferences(
        user,
        preferences={
            MAIL_PREFERENCE.format(event=event): str(wanted).lower() for event, wanted in mails.items()
        },
    )


def set_preferred_editor(user: User, *, editor: str | None) -> None:
    """Choose the editor that the Edit button opens; None for the instance's default. Raises ValidationError."""
    if editor is not None and editor not in User.Editor.values:
        raise ValidationError(_("There is no editor %(editor)s."), params={"editor": editor})
    user.preferred_editor = editor
    user.save(update_fields=["preferred_editor"])


def set_languages(user: User, *, languages: list[str]) -> None:
    """Set the user's languages in order of preference; none for the browser's. Raises ValidationError."""
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ValidationError(_("%(language)s is not a language code."), params={"language": language})
    joined = ",".join(dict.fromkeys(languages))
    if len(joined) > _LONGEST:
        raise ValidationError(_("You have chosen too many languages."))
    user.languages = joined or None
    user.save(update_fields=["languages"])
