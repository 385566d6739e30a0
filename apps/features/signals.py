"""Sent by whoever writes features, within its transaction. Receivers are above `features` and derive more from them."""

from django.dispatch import Signal

features_changed = Signal()
"""`words`: the words of the features that are new or look different, as the text of a `tsvector` each."""

features_rebuilt = Signal()
"""All features are new."""

cells_changed = Signal()
"""`cells`: the cells of the map in which features look different."""
