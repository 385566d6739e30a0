"""Changes that people make to their own profile."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.osm.elements import strip_unwritable

from .models import SocialLink, User
from .social_links import MAX_LINKS, check_link

LONGEST_DESCRIPTION = 65_536


def set_description(user: User, *, description: str) -> None:
    """Set the profile's description, in Markdown."""
    user.description = strip_unwritable(description)
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
    """Set the organisation that the user maps for; empty for none."""
    user.company = strip_unwritable(company) or None
    user.save(update_fields=["company"])


def set_home(user: User, *, lat: float | None, lon: float | None, name: str) -> None:
    """Set the home location; others see only its name."""
    user.home_lat, user.home_lon = lat, lon
    user.home_location_name = strip_unwritable(name) or None
    user.save(update_fields=["home_lat", "home_lon", "home_location_name"])
