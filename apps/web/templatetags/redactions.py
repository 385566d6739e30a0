"""What moderators find on the page of an old version."""

from typing import Any

from django import template

from apps.elements.querysets import ElementVersion
from apps.moderation.querysets import choices

register = template.Library()


@register.inclusion_tag("moderation/_version.html")
def version_redaction(version: ElementVersion) -> dict[str, Any]:
    """The form that puts the version out of sight, or shows it again. One statement."""
    return {"version": version, "label": version.ref.type.label, "choices": choices()}
