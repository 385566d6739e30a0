"""Changesets in templates."""

from django import template

from apps.changesets.models import Changeset

register = template.Library()


@register.filter
def degrees(changeset: Changeset) -> str:
    """`west,south,east,north` of a changeset that has a box."""
    return ",".join(changeset.bbox.degrees()) if changeset.bbox else ""


@register.filter
def count(changeset: Changeset, change: str) -> int | None:
    """Elements `created`, `modified` or `deleted`; None where only the total is known."""
    return changeset.count(change)
