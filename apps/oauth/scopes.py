"""What an application may be allowed to do (upstream behaviour 1.5.1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ORDINARY = (
    "read_prefs",
    "write_prefs",
    "write_diary",
    "write_api",
    "write_changeset_comments",
    "read_gpx",
    "write_gpx",
    "write_notes",
    "write_redactions",
    "write_blocks",
    "consume_messages",
    "send_messages",
    "openid",
)
PRIVILEGED = ("read_email", "skip_authorization")
"""Only administrators may give these to an application."""


def parse_scopes(text: str) -> list[str]:
    """The scopes of a text with blanks between them, each once. Raises ValidationError at an unknown one."""
    scopes = list(dict.fromkeys(text.split()))
    if not scopes:
        raise ValidationError(_("At least one scope is needed."))
    for scope in scopes:
        if scope not in ORDINARY and scope not in PRIVILEGED:
            known = " ".join([*ORDINARY, *PRIVILEGED])
            raise ValidationError(
                _("There is no scope %(scope)s. These are: %(known)s"),
                params={"scope": scope, "known": known},
            )
    return scopes
