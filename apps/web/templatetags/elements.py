"""Names and tags of elements in templates."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from apps.elements.differences import Difference, difference
from apps.elements.neighbours import Neighbour
from apps.elements.querysets import ElementVersion
from apps.web.elements import tag_values
from apps.web.elements.titles import Title, title_of

register = template.Library()


@register.filter
def title(element: ElementVersion | Neighbour) -> Title:
    """Return the title of a version or a neighbour."""
    nodes = element.nodes if isinstance(element, ElementVersion) else None
    return title_of(element.ref, element.tags, nodes)


@register.filter
def missing(numbers: Sequence[int]) -> int:
    """Return how many versions below the last one are not among the numbers."""
    return numbers[-1] - len(numbers)


@register.simple_tag
def tag_key(key: str) -> SafeString:
    """Return a key, linked to its wiki page if there is one."""
    return tag_values.key_html(key)


@register.simple_tag
def tag_value(key: str, value: str) -> SafeString:
    """Return a value with its links."""
    return tag_values.value_html(key, value)


@register.filter
def changes_from(version: ElementVersion, older: ElementVersion | None) -> Difference | None:
    """Return what a version changed, None if there is nothing to compare it with."""
    if older is None or older.is_hidden or version.is_hidden:
        return None
    return difference(older, version)
