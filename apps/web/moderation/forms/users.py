"""The filter of the administrators' list of accounts."""

from ipaddress import ip_network

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.users.models import User
from apps.web.forms import SiteForm


class UserListForm(SiteForm):
    """Which accounts an administrator wants to see."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("all")), *User.Status.choices], required=False
    )
    username = forms.CharField(label=_("Name or e-mail address"), max_length=255, required=False)
    ip = forms.CharField(label=_("IP address or network"), max_length=64, required=False)
    edits = forms.ChoiceField(
        label=_("Edits"), choices=[("", _("all")), ("yes", _("with")), ("no", _("without"))], required=False
    )

    def clean_ip(self) -> str:
        given = self.cleaned_data["ip"]
        try:
            return str(ip_network(given, strict=False)) if given else ""
        except ValueError:
            raise ValidationError(_("This is no IP address and no network.")) from None
