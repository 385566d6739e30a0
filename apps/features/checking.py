"""Compares samples of the features with their elements: derived data may lag, but must never stay wrong."""

import logging
import random

from django.db import connection, transaction

from apps.elements.tables import CURRENT_TABLES
from apps.journal.querysets import count_after, position
from apps.osm.elements import ElementType

from . import storage
from .rebuild import READER
from .update import Ids, derive, update

_PLACES = 10
_PER_PLACE = 100

logger = logging.getLogger(__name__)


def check() -> int:
    """Make some features of each type again, and return how many were wrong; they are right afterwards.

    Looks at 1,000 elements and 1,000 features of each type, in ten random places of the ids. Returns 0 while edits wait
    to be followed.
    """
    update()
    with transaction.atomic():
        storage.lock(wait=True)
        if count_after(position(READER)):
            return 0
        wrong = derive(_sample())
        if wrong and count_after(position(READER)):
            # Somebody has edited them just now.
            return 0
    if wrong:
        logger.error(
            "%d features differed from their elements; `features rebuild` makes all of them again", wrong
        )
    return wrong


def _sample() -> Ids:
    ids: Ids = {}
    with connection.cursor() as cursor:
        for kind in ElementType:
            found = ids.setdefault(kind, set())
            for source in (CURRENT_TABLES[kind], f"{storage.TABLE} WHERE type = {int(kind)}"):
                where = "AND" if "WHERE" in source else "WHERE"
                cursor.execute(f"SELECT min(id), max(id) FROM {source}")
                first, last = cursor.fetchone()
                for _ in range(_PLACES if first is not None else 0):
                    start = random.randint(first, last)  # noqa: S311 (not a secret)
                    cursor.execute(
                        f"SELECT id FROM {source} {where} id >= %s ORDER BY id LIMIT {_PER_PLACE}", [start]
                    )
                    found.update(row[0] for row in cursor)
    return ids
