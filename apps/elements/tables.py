"""The tables of elements, their columns, and ids as parameters of statements."""

from collections.abc import Iterable

from apps.osm.elements import ElementType

from .models import CURRENT, SUPERSEDED

CURRENT_TABLES = {kind: model._meta.db_table for kind, model in CURRENT.items()}
SUPERSEDED_TABLES = {kind: model._meta.db_table for kind, model in SUPERSEDED.items()}

SHARED_COLUMNS = ["id", "version", "visible", "changeset_id", "timestamp", "tags"]
OWN_COLUMNS = {
    ElementType.NODE: ["lat", "lon"],
    ElementType.WAY: ["nodes"],
    ElementType.RELATION: ["member_types", "member_refs", "member_roles"],
}
COLUMNS = {kind: [*SHARED_COLUMNS, *own] for kind, own in OWN_COLUMNS.items()}
"""The columns that the tables of current and of superseded versions have in common."""
CURRENT_COLUMNS = COLUMNS | {ElementType.NODE: [*COLUMNS[ElementType.NODE], "tile"]}


def id_array(ids: Iterable[int]) -> str:
    """Return ids as an array in PostgreSQL's notation: ten times as fast as a list that psycopg adapts."""
    return "{" + ",".join(map(str, ids)) + "}"
