"""The filter form of the list of accounts."""

from ipaddress import ip_network

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.users.models import User
from apps.web.forms import SiteForm


class UserListForm(SiteForm):
    """Filters for the list: status, display name or email address, IP address or network, and edits."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("All")), *User.Status.choices], required=False
    )
    username = forms.CharField(label=_("Display name or email address"), max_length=255, required=False)
    ip = forms.CharField(label=_("IP address or network"), max_length=64, required=False)
    edits = forms.ChoiceField(
        label=_("Edits"),
        choices=[("", _("All")), ("yes", _("With edits")), ("no", _("Without edits"))],
        required=False,
    )

    def clean_ip(self) -> str:
        given = self.cleaned_data["ip"]
        try:
            return str(ip_network(given, strict=False)) if given else ""
        except ValueError:
            raise ValidationError(_("Enter a valid IP address or network.")) from None
