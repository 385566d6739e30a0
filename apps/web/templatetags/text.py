"""User-written texts in templates."""

from django import template

from apps.text import rendering

register = template.Library()

register.filter("markdown", rendering.markdown)
register.filter("linkified", rendering.linkified)
