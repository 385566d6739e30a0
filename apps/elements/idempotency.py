"""Receipts of uploads: a client that lost the answer and sends the document again gets it again, not a second copy
of the data."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from apps.changesets.models import Changeset
from apps.osm.edit_errors import KeyReusedError
from apps.osm.elements import ElementType

from .change_applier import Result
from .models import IdempotencyRecord

KEPT = timedelta(hours=24)
_LONGEST_KEY = 255


def find(changeset: Changeset, document: bytes, key: str | None) -> list[Result] | None:
    """The results of this document in this changeset, if it was applied within a day; the changeset is held.

    Raises KeyReusedError where the key was sent with another document.
    """
    records = IdempotencyRecord.objects.filter(changeset=changeset, created_at__gt=timezone.now() - KEPT)
    digest = _digest(document)
    if key is None:
        record = records.filter(digest=digest, key=None).order_by("-id").first()
    else:
        record = records.filter(key=key[:_LONGEST_KEY]).first()
        if record is not None and record.digest != digest:
            raise KeyReusedError(key[:_LONGEST_KEY])
    if record is None:
        return None
    return [Result(ElementType(kind), *ids) for kind, *ids in record.results]


def keep(changeset: Changeset, document: bytes, key: str | None, results: list[Result]) -> None:
    """Note what became of the document, and forget what is older than a day."""
    IdempotencyRecord.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    IdempotencyRecord.objects.create(
        changeset=changeset,
        digest=_digest(document),
        key=key and key[:_LONGEST_KEY],
        results=[[result.type, result.old_id, result.new_id, result.new_version] for result in results],
    )


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
