"""People, times, icons, links to elements and versions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_lazy

from apps.osm.numbers import format_degrees
from apps.users.authors import Author
from apps.users.models import User

from ..languages import languages_of
from ..operator import Text
from ..operator import own_text as operators_text

register = template.Library()

ELEMENT_TYPES = {
    "node": gettext_lazy("Node"),
    "way": gettext_lazy("Way"),
    "relation": gettext_lazy("Relation"),
}


@register.simple_tag(takes_context=True)
def own_text(context: Context, name: str) -> Text | None:
    """Return the operator's text of that name in a language of the reader."""
    return operators_text(name, languages_of(context["request"]))


@register.simple_tag
def author(who: Author | User) -> SafeString:
    """Return the name with a link to the profile, isolated so that it cannot change the direction of the text around it."""
    who = Author.of_user(who) if isinstance(who, User) else who
    if who.name:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', reverse("user", args=[who.name]), who.name)
    return format_html("<i>{}</i>", gettext("deleted") if who.is_deleted else gettext("anonymous"))


@register.filter
def ago(moment: datetime) -> SafeString:
    """Return `3 months ago` with the exact time as a tooltip; `just now` for the last minute."""
    exact = date_format(moment, "DATETIME_FORMAT") + " UTC"
    now = timezone.now()
    if now - moment < timedelta(minutes=1):
        text = gettext("just now")
    else:
        text = gettext("{time} ago").format(time=timesince(moment, now, depth=1))
    # HTML has no microseconds.
    stamp = moment.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, exact, text)


@register.filter
def in_degrees(degrees: float) -> str:
    """Return a latitude or longitude with up to seven decimals, in the same notation whatever the language."""
    return format_degrees(degrees)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of our sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def element_url(label: str, osm_id: int, version: int | None = None) -> str:
    """Return the path of an element, or of one of its versions."""
    return reverse(f"{label}_version", args=[osm_id, version]) if version else reverse(label, args=[osm_id])


@register.filter
def type_name(label: str) -> str:
    """Return `Way` for `way`, in the reader's language."""
    return str(ELEMENT_TYPES[label])


@register.filter
def pages(count: int) -> range:
    """Return the numbers of this many pages."""
    return range(1, count + 1)


@register.simple_tag
def shortened(numbers: Sequence[int], active: int) -> list[int | None]:
    """Return the numbers to link: the first, the last and those around the active one; None for a gap."""
    if len(numbers) <= 9:
        return list(numbers)
    at, last = numbers.index(active), len(numbers) - 1
    shown: list[int | None] = []
    before = -1
    for index in sorted({0, last, *range(max(0, at - 2), min(last, at + 2) + 1)}):
        if index - before == 2:
            shown.append(numbers[index - 1])
        elif index - before > 2:
            shown.append(None)
        shown.append(numbers[index])
        before = index
    return shown


@register.simple_tag(takes_context=True)
def page_address(context: Context, parameter: str, number: int) -> str:
    """Return this page's URL with one parameter set to a number."""
    request = context["request"]
    query = request.GET.copy()
    query[parameter] = str(number)
    return f"{request.path}?{query.urlencode()}"
