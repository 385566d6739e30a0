"""What is read of redactions."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from apps.elements.models import CURRENT, SUPERSEDED
from apps.osm.elements import MAX_ID, ElementRef, ElementType
from apps.osm.errors import NotFoundError

from .models import Redaction

HIDDEN_SHOWN = 100


def redactions() -> QuerySet[Redaction]:
    """All of them with their moderators, by id."""
    return Redaction.objects.select_related("user").order_by("id")


def choices() -> list[tuple[int, str]]:
    """Number and title of each, the newest first."""
    return list(Redaction.objects.order_by("-id").values_list("id", "title"))


def access_redaction(redaction_id: int) -> Redaction:
    """The redaction with its moderator; NotFoundError where there is none."""
    redaction = redactions().filter(pk=min(redaction_id, MAX_ID)).first()
    if redaction is None:
        raise NotFoundError
    return redaction


def access_version(ref: ElementRef, number: int) -> None:
    """That the element has such a version, the current one or an old one. Raises NotFoundError."""
    wanted = Q(id=ref.id, version=number)
    if not any(models[ref.type]._default_manager.filter(wanted).exists() for models in (CURRENT, SUPERSEDED)):
        raise NotFoundError


@dataclass(frozen=True)
class HiddenVersion:
    """A version that a redaction hides."""

    ref: ElementRef
    version: int


def hidden_by(redaction: Redaction) -> list[HiddenVersion]:
    """What the redaction hides, by type, id and version; one more than HIDDEN_SHOWN tells that there are others.
    One statement."""
    parts = [
        f"SELECT {int(kind)} AS type, id, version FROM {table} WHERE redaction_id = %(redaction)s"
        for kind, table in _TABLES.items()
    ]
    sql = f"{' UNION ALL '.join(parts)} ORDER BY type, id, version LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"redaction": redaction.pk, "limit": HIDDEN_SHOWN + 1})
        rows = cursor.fetchall()
    return [HiddenVersion(ElementRef(ElementType(kind), id_), version) for kind, id_, version in rows]


def hides_anything(redaction: Redaction) -> bool:
    return any(model._default_manager.filter(redaction=redaction).exists() for model in SUPERSEDED.values())


_TABLES = {kind: model._meta.db_table for kind, model in SUPERSEDED.items()}
