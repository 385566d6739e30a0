"""The redaction form on the page of an old version."""

from typing import Any

from django import template

from apps.elements.querysets import ElementVersion
from apps.moderation.querysets import choices

register = template.Library()


@register.inclusion_tag("moderation/_version.html")
def version_redaction(version: ElementVersion) -> dict[str, Any]:
    """Render the form to redact a version or to remove its redaction. One statement."""
    return {"version": version, "label": version.ref.type.label, "choices": choices()}
