"""Changes that people make to their own profile."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.osm.elements import MAX_TEXT, strip_unwritable
from apps.text.rules import check_input

from .models import SocialLink, User
from .social_links import MAX_LINKS, check_link

LONGEST_DESCRIPTION = 65_536


def set_description(user: User, *, description: str) -> None:
    """Set the profile's description, in Markdown. Raises ValidationError."""
    user.description = _text(_("The description"), description, longest=LONGEST_DESCRIPTION)
    user.description_format = "markdown"
    user.save(update_fields=["description", "description_format"])


@transaction.atomic
def set_links(user: User, *, links: Sequence[str]) -> None:
    """Replace all links by these, in this order. Raises ValidationError."""
    for link in links:
        check_link(link)
    if len(links) > MAX_LINKS:
        raise ValidationError(_("You can have up to %(count)s links."), params={"count": MAX_LINKS})
    User.objects.select_for_update().get(pk=user.pk)
    SocialLink.objects.filter(user=user).delete()
    SocialLink.objects.bulk_create(SocialLink(user=user, url=link) for link in dict.fromkeys(links))


def set_company(user: User, *, company: str) -> None:
    """Set the organisation that the user maps for; empty for none. Raises ValidationError."""
    user.company = _text(_("The company"), company, longest=MAX_TEXT) or None
    user.save(update_fields=["company"])


def set_home(user: User, *, lat: float | None, lon: float | None, name: str) -> None:
    """Set the home location in degrees, or None for neither; others see only its name. Raises ValidationError."""
    if (lat is None) != (lon is None):
        raise ValidationError(_("Enter both the latitude and the longitude, or neither."))
    if not (-90 <= (lat or 0) <= 90 and -180 <= (lon or 0) <= 180):
        raise ValidationError(_("This position is not on Earth."))
    user.home_lat, user.home_lon = lat, lon
    user.home_location_name = _text(_("The place name"), name, longest=MAX_TEXT) or None
    user.save(update_fields=["home_lat", "home_lon", "home_location_name"])


def _text(label: str, text: str, *, longest: int) -> str:
    """Return a text without the characters that XML cannot contain. Raises ValidationError."""
    written = strip_unwritable(text)
    check_input(label, written, longest=longest, required=False)
    return written
