"""What people fill in about a trace."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.osm.errors import AccountRefusedError, OsmError
from apps.traces.errors import InvalidTraceError, TraceTooLargeError
from apps.traces.models import Trace
from apps.traces.visibility import allowed_visibilities
from apps.web.forms import SiteForm

LONGEST_TEXT = 255
EXPLANATIONS = {
    Trace.Visibility.PRIVATE: _("Private (points only, without times)"),
    Trace.Visibility.PUBLIC: _("Public (listed, points without times)"),
    Trace.Visibility.TRACKABLE: _("Trackable (points with times, no name)"),
    Trace.Visibility.IDENTIFIABLE: _("Identifiable (listed, under your name)"),
}
TAGS_REFUSED = _(
    "No tag may be longer than 255 characters or have one of / ; . , ? % # in it, and 100 tags are the most."
)


class TraceForm(SiteForm):
    """Description, tags and visibility. Where the setting RESTRICT_TRACE_VISIBILITY has done away with the older
    ones, one that is there can be kept."""

    description = forms.CharField(label=_("Description"), max_length=LONGEST_TEXT)
    tags = forms.CharField(
        label=_("Tags"),
        max_length=10_000,
        required=False,
        help_text=_("With commas between them: hiking, Alps, bus 12"),
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        help_text=_("What is listed can be seen and downloaded by everybody."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, kept: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(value.value, EXPLANATIONS[value]) for value in allowed_visibilities(kept)]
        self.fields["visibility"].choices = offered  # type: ignore[attr-defined]

    def refuse(self, error: OsmError) -> None:
        """Add the message for an error of the action to its field, or to the form."""
        if isinstance(error, AccountRefusedError):
            self.add_error(None, _("You are blocked, so you cannot upload or change traces now."))
        elif isinstance(error, TraceTooLargeError):
            self.add_error("file", _("The file is too large."))
        elif not isinstance(error, InvalidTraceError):
            self.add_error(None, _("Your account cannot upload or change traces now."))
        elif error.field in {"tag", "tags"}:
            self.add_error("tags", TAGS_REFUSED)
        else:
            field = error.field if error.field in self.fields else None
            self.add_error(field, _("This cannot be kept as it is."))


class UploadForm(TraceForm):
    file = forms.FileField(
        label=_("GPX file"),
        help_text=_("Also compressed (.gz, .bz2), or several in a .zip or .tar"),
        widget=forms.FileInput(attrs={"accept": ".gpx,.gz,.bz2,.zip,.tar,.tgz,application/gpx+xml"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
        max_length=LONGEST_TEXT,
    )

    field_order = ["file", "description", "tags", "visibility"]
