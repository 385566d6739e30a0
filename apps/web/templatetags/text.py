"""User-written texts in templates."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from apps.text import rendering
from apps.text.direction import without_direction_controls

register = template.Library()

register.filter("markdown", rendering.markdown)
register.filter("linkified", rendering.linkified)
register.filter("linked", rendering.linked)
register.filter("without_direction_controls", without_direction_controls, is_safe=True)


@register.filter
def linked_in_mail(text: str) -> SafeString:
    """Return plain text whose links to this site work outside of it."""
    return rendering.linked(text, site=settings.PUBLIC_URL)
