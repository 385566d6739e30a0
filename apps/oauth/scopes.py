"""The scopes: what an application may be allowed to do (upstream behaviour 1.5.1)."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oauth2_provider.scopes import BaseScopes

DESCRIPTIONS = {
    "read_prefs": gettext_lazy("Read your settings and account details"),
    "write_prefs": gettext_lazy("Change your settings"),
    "write_diary": gettext_lazy("Write diary entries and comments on them"),
    "write_api": gettext_lazy("Edit the map"),
    "write_changeset_comments": gettext_lazy("Comment on changesets"),
    "read_gpx": gettext_lazy("Read your private GPS traces"),
    "write_gpx": gettext_lazy("Upload and change GPS traces"),
    "write_notes": gettext_lazy("Write and change notes"),
    "write_redactions": gettext_lazy("Hide map data (moderators only)"),
    "write_blocks": gettext_lazy("Block users (moderators only)"),
    "consume_messages": gettext_lazy("Read, mark and delete your messages"),
    "send_messages": gettext_lazy("Send messages to other users"),
    "openid": gettext_lazy("Sign you in with your account here"),
    "read_email": gettext_lazy("Read your email address"),
    "skip_authorization": gettext_lazy("Do all this without asking you"),
}
PRIVILEGED = ("read_email", "skip_authorization")
"""Only administrators may grant these to an application."""
ORDINARY = tuple(scope for scope in DESCRIPTIONS if scope not in PRIVILEGED)


class ApplicationScopes(BaseScopes):  # type: ignore[misc]
    """For the library: applications may ask for the scopes they are registered with; there are no default scopes."""

    def get_all_scopes(self) -> dict[str, Any]:
        return dict(DESCRIPTIONS)

    def get_available_scopes(self, application: Any = None, *_: Any, **__: Any) -> list[str]:
        return application.scopes.split() if application else list(DESCRIPTIONS)

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        return []


def parse_scopes(text: str) -> list[str]:
    """Return the scopes in a text, which are separated by spaces, without duplicates. Raises ValidationError."""
    scopes = list(dict.fromkeys(text.split()))
    check_scopes(scopes)
    return scopes


def check_scopes(scopes: Sequence[str]) -> None:
    """Raise ValidationError unless there is a scope, and all of them exist."""
    if not scopes:
        raise ValidationError(_("At least one scope is needed."))
    for scope in scopes:
        if scope not in DESCRIPTIONS:
            raise ValidationError(
                _("There is no scope %(scope)s. The scopes are: %(known)s"),
                params={"scope": scope, "known": " ".join([*ORDINARY, *PRIVILEGED])},
            )
