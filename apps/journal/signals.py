"""What apps above this one may follow."""

from django.dispatch import Signal

entry_added = Signal()
"""Sent within the transaction that added an entry: who wants to read it has to wait for the commit."""
