"""Idempotency records of uploads.

A client that lost the response and sends the document again gets the same response, and creates no second copy of the
data.
"""

import hashlib
from datetime import timedelta

from django.utils import timezone

from apps.changesets.models import Changeset
from apps.osm.edit_errors import KeyReusedError
from apps.osm.elements import ElementType
from apps.osm.osmxml import DiffResultLine

from .models import IdempotencyRecord

STORED_FOR = timedelta(hours=24)
_LONGEST_KEY = 255


def find(changeset: Changeset, document: bytes, key: str | None) -> list[DiffResultLine] | None:
    """Return the results of the document if it was applied to this changeset within a day. The changeset is locked.

    Raises KeyReusedError if the key came with another document.
    """
    records = IdempotencyRecord.objects.filter(
        changeset=changeset, created_at__gt=timezone.now() - STORED_FOR
    )
    digest = _digest(document)
    if key is None:
        record = records.filter(digest=digest, key=None).order_by("-id").first()
    else:
        record = records.filter(key=key[:_LONGEST_KEY]).first()
        if record is not None and record.digest != digest:
            raise KeyReusedError(key[:_LONGEST_KEY])
    if record is None:
        return None
    return [DiffResultLine(ElementType(kind), *ids) for kind, *ids in record.results]


def store(changeset: Changeset, document: bytes, key: str | None, results: list[DiffResultLine]) -> None:
    """Store what became of the document, and remove the records that are older than a day."""
    IdempotencyRecord.objects.filter(created_at__lt=timezone.now() - STORED_FOR).delete()
    IdempotencyRecord.objects.create(
        changeset=changeset,
        digest=_digest(document),
        key=key and key[:_LONGEST_KEY],
        results=[[result.type, result.old_id, result.new_id, result.new_version] for result in results],
    )


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
