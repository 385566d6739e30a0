"""The CSRF token in pages. Built in, so that this `csrf_token` replaces Django's in all templates."""

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.web.csrf import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Return the token as hidden fields of a form: Django's, and the one that scripts for openstreetmap.org read."""
    token = str(context["csrf_token"])
    names = ("csrfmiddlewaretoken", FIELD)
    return format_html_join(
        "", '<input type="hidden" name="{}" value="{}">', ((name, token) for name in names)
    )


@register.simple_tag(takes_context=True)
def csrf_meta(context: Context) -> SafeString:
    """Return the token as `meta` elements. A page with it cannot be cached, so pages for visitors have none."""
    return format_html(
        '<meta name="csrf-param" content="{}">\n  <meta name="csrf-token" content="{}">',
        FIELD,
        str(context["csrf_token"]),
    )
