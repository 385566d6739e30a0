"""Changesets in templates."""

from django import template

from apps.changesets.models import Changeset

register = template.Library()


@register.filter
def degrees(changeset: Changeset) -> str:
    """Return `west,south,east,north` in degrees, empty without a bbox that a map can show."""
    bbox = changeset.bbox
    return ",".join(bbox.degrees()) if bbox and bbox.is_in_world else ""


@register.filter
def count(changeset: Changeset, change: str) -> int | None:
    """Return how many elements were `created`, `modified` or `deleted`, None if only the total is known."""
    return changeset.count(change)
