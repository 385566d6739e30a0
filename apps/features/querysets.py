"""Reads of features. Each function takes one statement unless it says otherwise."""

from typing import NamedTuple

from apps.journal.querysets import count_after, position

from .models import Feature
from .rebuild import READER


class Status(NamedTuple):
    features: int
    waiting: int
    """Transactions that touched elements and are not in the features yet."""


def status() -> Status:
    """Return how many features there are, and how far they lag behind. Three statements."""
    return Status(Feature.objects.count(), count_after(position(READER)))
