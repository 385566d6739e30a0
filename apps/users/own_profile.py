"""What people say about themselves."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.osm.elements import UNWRITABLE

from .models import SocialLink, User
from .social_links import MAX_LINKS, check_link

LONGEST_DESCRIPTION = 65_536


def set_description(user: User, *, description: str) -> None:
    """Sets the text of the profile, in Markdown."""
    user.description = UNWRITABLE.sub("", description)
    user.description_format = "markdown"
    user.save(update_fields=["description", "description_format"])


@transaction.atomic
def set_links(user: User, *, links: Sequence[str]) -> None:
    """These links, in this order, in place of those before. Raises ValidationError."""
    for link in links:
        check_link(link)
    if len(links) > MAX_LINKS:
        raise ValidationError(_("There is room for %(number)s links."), params={"number": MAX_LINKS})
    User.objects.select_for_update().get(pk=user.pk)
    SocialLink.objects.filter(user=user).delete()
    SocialLink.objects.bulk_create(SocialLink(user=user, url=link) for link in dict.fromkeys(links))


def set_company(user: User, *, company: str) -> None:
    """Whom the user maps for, as they say; empty for nobody."""
    user.company = UNWRITABLE.sub("", company) or None
    user.save(update_fields=["company"])


def set_home(user: User, *, lat: float | None, lon: float | None, name: str) -> None:
    """The place where the user is at home; only its name is shown to others."""
    user.home_lat, user.home_lon = lat, lon
    user.home_location_name = UNWRITABLE.sub("", name) or None
    user.save(update_fields=["home_lat", "home_lon", "home_location_name"])
