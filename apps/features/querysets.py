"""Reads of features. Each function takes one statement unless it says otherwise."""

from datetime import datetime
from typing import NamedTuple

from apps.journal.models import Entry
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


def last_change() -> datetime | None:
    """Return when the newest change that the features show was committed, None if the journal has none. Two statements."""
    entries = Entry.objects.filter(number__lte=position(READER)).order_by("-number")
    return entries.values_list("created_at", flat=True).first()
