"""The forms of one's own profile."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.osm.numbers import format_degrees
from apps.users.models import User
from apps.users.own_profile import LONGEST_DESCRIPTION
from apps.users.querysets import social_links_of
from apps.users.social_links import LONGEST_LINK, MAX_LINKS, check_link
from apps.web.forms import SiteForm


class DescriptionForm(SiteForm):
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        strip=False,
        help_text=_(
            "You can use Markdown: *emphasis*, **strong**, [a link](https://example.org), lists, images."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {"description": user.description}


class LinksForm(SiteForm):
    links = forms.CharField(
        label=_("Links"),
        max_length=MAX_LINKS * (LONGEST_LINK + 2),
        required=False,
        help_text=_("One per line: https://… or @user@host."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {"links": "\n".join(link.url for link in social_links_of(user))}

    def clean_links(self) -> list[str]:
        links = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        errors = []
        for link in links:
            try:
                check_link(link)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return links


class CompanyForm(SiteForm):
    company = forms.CharField(
        label=_("Company"),
        max_length=255,
        required=False,
        help_text=_("The company you map for, if you are paid to map."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        return {"company": user.company}


class LocationForm(SiteForm):
    name = forms.CharField(
        label=_("Place name"),
        max_length=255,
        required=False,
        help_text=_("Shown on your public profile."),
    )
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("The coordinates are shown only to applications that may read your preferences."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lat", "lon"):
            self.fields[name].widget.attrs["step"] = "any"

    @staticmethod
    def initial_of(user: User) -> dict[str, Any]:
        sides = {"lat": user.home_lat, "lon": user.home_lon}
        degrees = {name: None if side is None else format_degrees(side) for name, side in sides.items()}
        return {"name": user.home_location_name, **degrees}

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        if not self.errors and (fields["lat"] is None) != (fields["lon"] is None):
            raise ValidationError(_("Enter both the latitude and the longitude, or neither."))
        return fields
