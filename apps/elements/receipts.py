"""Receipts of uploads: a client that lost the answer and sends the document again gets it again, not a second copy
of the data."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from apps.changesets.models import Changeset
from apps.osm.elements import ElementType
from apps.osm.errors import KeyReusedError

from .edit import Result
from .models import UploadReceipt

KEPT = timedelta(hours=24)
_LONGEST_KEY = 255


def find(changeset: Changeset, document: bytes, key: str | None) -> list[Result] | None:
    """The results of this document in this changeset, if it was applied within a day; the changeset is held.

    Raises KeyReusedError where the key was sent with another document.
    """
    receipts = UploadReceipt.objects.filter(changeset=changeset, created_at__gt=timezone.now() - KEPT)
    digest = _digest(document)
    if key is None:
        receipt = receipts.filter(digest=digest, key=None).order_by("-id").first()
    else:
        receipt = receipts.filter(key=key[:_LONGEST_KEY]).first()
        if receipt is not None and receipt.digest != digest:
            raise KeyReusedError(key[:_LONGEST_KEY])
    if receipt is None:
        return None
    return [Result(ElementType(kind), *ids) for kind, *ids in receipt.results]


def keep(changeset: Changeset, document: bytes, key: str | None, results: list[Result]) -> None:
    """Note what became of the document, and forget what is older than a day."""
    UploadReceipt.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    UploadReceipt.objects.create(
        changeset=changeset,
        digest=_digest(document),
        key=key and key[:_LONGEST_KEY],
        results=[[result.type, result.old_id, result.new_id, result.new_version] for result in results],
    )


def _digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
