"""What apps above this one may follow."""

from django.dispatch import Signal

cells_changed = Signal()
"""Sent with `cells`, within the transaction that changed features in them; None stands for everything."""
