"""Forms to upload a trace and to edit its details."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.osm.errors import OsmError
from apps.traces.errors import InvalidTraceError, TraceTooLargeError
from apps.traces.models import Trace
from apps.traces.visibility import allowed_visibilities
from apps.web.forms import SiteForm
from apps.web.refusals import refusal_of

LONGEST_TEXT = 255
EXPLANATIONS = {
    Trace.Visibility.PRIVATE: _("Private (points only, without times)"),
    Trace.Visibility.PUBLIC: _("Public (listed, points without times)"),
    Trace.Visibility.TRACKABLE: _("Trackable (points with times, no name)"),
    Trace.Visibility.IDENTIFIABLE: _("Identifiable (listed, under your name)"),
}
TAGS_REFUSED = _(
    "A tag can have up to 255 characters, and none of / ; . , ? % #. A trace can have up to 100 tags."
)


class TraceForm(SiteForm):
    """Description, tags and visibility. If RESTRICT_TRACE_VISIBILITY rules out the older visibilities, a trace that
    has one can keep it."""

    description = forms.CharField(label=_("Description"), max_length=LONGEST_TEXT)
    tags = forms.CharField(
        label=_("Tags"),
        max_length=10_000,
        required=False,
        help_text=_("Separated by commas: hiking, Alps, bus 12"),
    )
    visibility = forms.ChoiceField(
        label=_("Visibility"),
        help_text=_("Listed traces can be seen and downloaded by everyone."),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, kept: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(value.value, EXPLANATIONS[value]) for value in allowed_visibilities(kept)]
        self.fields["visibility"].choices = offered  # type: ignore[attr-defined]

    def refuse(self, error: OsmError) -> None:
        """Add the message for an error of the action to its field, or to the form."""
        if isinstance(error, TraceTooLargeError):
            self.add_error("file", _("The file is too large."))
        elif not isinstance(error, InvalidTraceError):
            self.add_error(None, str(refusal_of(error).words))
        elif error.field in {"tag", "tags"}:
            self.add_error("tags", TAGS_REFUSED)
        else:
            field = error.field if error.field in self.fields else None
            self.add_error(field, _("This value is not valid."))


class UploadForm(TraceForm):
    file = forms.FileField(
        label=_("GPX file"),
        help_text=_("Can be compressed (.gz, .bz2), or several files in a .zip or .tar archive"),
        widget=forms.FileInput(attrs={"accept": ".gpx,.gz,.bz2,.zip,.tar,.tgz,application/gpx+xml"}),
        error_messages={"required": _("Please choose a file."), "empty": _("The file is empty.")},
        max_length=LONGEST_TEXT,
    )

    field_order = ["file", "description", "tags", "visibility"]
