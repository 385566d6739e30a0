"""What apps above this one may follow."""

from django.dispatch import Signal

elements_changed = Signal()
"""Sent within the transaction that writes elements, after its last lock. Arguments: `changeset_id`, and `touched`, the
ids of the created, modified and deleted elements by type."""
