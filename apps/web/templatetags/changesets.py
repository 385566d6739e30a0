"""Changesets in templates."""

from django import template

from apps.changesets.models import Changeset

register = template.Library()


@register.filter
def degrees(changeset: Changeset) -> str:
    """Return `west,south,east,north` in degrees, empty without a bbox."""
    return ",".join(changeset.bbox.degrees()) if changeset.bbox else ""


@register.filter
def count(changeset: Changeset, change: str) -> int | None:
    """Return how many elements were `created`, `modified` or `deleted`, None if only the total is known."""
    return changeset.count(change)
