"""Reads of redactions."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from apps.elements.models import CURRENT, SUPERSEDED
from apps.osm.elements import MAX_ID, ElementRef, ElementType
from apps.osm.errors import NotFoundError

from .models import Redaction

MAX_HIDDEN_SHOWN = 100


def redactions() -> QuerySet[Redaction]:
    """Return all redactions with their moderators, ordered by id."""
    return Redaction.objects.select_related("user").order_by("id")


def choices() -> list[tuple[int, str]]:
    """Return id and title of each redaction, newest first."""
    return list(Redaction.objects.order_by("-id").values_list("id", "title"))


def access_redaction(redaction_id: int) -> Redaction:
    """Return the redaction with its moderator. Raises NotFoundError."""
    redaction = redactions().filter(pk=min(redaction_id, MAX_ID)).first()
    if redaction is None:
        raise NotFoundError
    return redaction


def check_version_exists(ref: ElementRef, version: int) -> None:
    """Raise NotFoundError unless the element has this version, current or old."""
    wanted = Q(id=ref.id, version=version)
    if not any(models[ref.type]._default_manager.filter(wanted).exists() for models in (CURRENT, SUPERSEDED)):
        raise NotFoundError


@dataclass(frozen=True)
class HiddenVersion:
    """A version hidden by a redaction."""

    ref: ElementRef
    version: int


def hidden_by(redaction: Redaction) -> list[HiddenVersion]:
    """Return what the redaction hides, ordered by type, id and version. One statement.

    One more than MAX_HIDDEN_SHOWN means that there are others.
    """
    selects = [
        f"SELECT {int(kind)} AS type, id, version FROM {table} WHERE redaction_id = %(redaction)s"
        for kind, table in _TABLES.items()
    ]
    sql = f"{' UNION ALL '.join(selects)} ORDER BY type, id, version LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"redaction": redaction.pk, "limit": MAX_HIDDEN_SHOWN + 1})
        rows = cursor.fetchall()
    return [HiddenVersion(ElementRef(ElementType(kind), id_), version) for kind, id_, version in rows]


def hides_anything(redaction: Redaction) -> bool:
    return any(model._default_manager.filter(redaction=redaction).exists() for model in SUPERSEDED.values())


_TABLES = {kind: model._meta.db_table for kind, model in SUPERSEDED.items()}
