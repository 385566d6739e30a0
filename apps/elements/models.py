"""Nodes, ways and relations: current and superseded versions, and reverse lookups.

Django owns the schema. Rows are read by `selection.py` and `querysets.py` and written by `writing.py`, in sets, never
as instances.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from psycopg.types.json import Json

from apps.osm import osmjson
from apps.osm.elements import ElementType


class TagsField(models.JSONField):
    """Tags as the JSON text in which they are sent, `{"key":"value","other":"value"}`, sorted by key.

    The type `json` stores the text unchanged, so that no response has to build it; `jsonb` would change the order. Cast
    it to `jsonb` for conditions.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return Json(value, dumps=osmjson.tags_text) if isinstance(value, dict) else value


class VersionModel(models.Model):
    """The fields of every version of every element."""

    version = models.BigIntegerField()
    visible = models.BooleanField(default=True)
    # No constraint in the database: it would cost a lookup per row, changesets are never deleted, and every write of an
    # element locks its changeset.
    changeset = models.ForeignKey(
        "changesets.Changeset",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        db_index=False,
    )
    timestamp = models.DateTimeField(default=timezone.now)
    tags = TagsField(default=dict)

    class Meta:
        abstract = True


class Current(VersionModel):
    """The current version of an element. A deleted element keeps its row, with `visible` false."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


class Superseded(VersionModel):
    """A version that is no longer current. Only these can be redacted."""

    pk = models.CompositePrimaryKey("id", "version")
    id = models.BigIntegerField()
    redaction = models.ForeignKey(
        "moderation.Redaction", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        abstract = True


class NodeFields(models.Model):
    """A position in units of 1e-7 degrees. A deleted node keeps it, but no response shows it."""

    lat = models.IntegerField()
    lon = models.IntegerField()

    class Meta:
        abstract = True


class WayFields(models.Model):
    nodes = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        abstract = True


class RelationFields(models.Model):
    """The members in order, as three arrays of equal length; types are the numbers of ElementType."""

    member_types = ArrayField(models.SmallIntegerField(), default=list)
    member_refs = ArrayField(models.BigIntegerField(), default=list)
    member_roles = ArrayField(models.TextField(), default=list)

    class Meta:
        abstract = True


class Node(Current, NodeFields):
    tile = models.BigIntegerField()

    class Meta:
        db_table = "nodes"
        indexes = [
            models.Index(fields=["tile"], name="nodes_tile", condition=models.Q(visible=True)),
            models.Index(fields=["changeset"], name="nodes_changeset"),
        ]


class Way(Current, WayFields):
    class Meta:
        db_table = "ways"
        indexes = [models.Index(fields=["changeset"], name="ways_changeset")]


class Relation(Current, RelationFields):
    class Meta:
        db_table = "relations"
        indexes = [models.Index(fields=["changeset"], name="relations_changeset")]


class OldNode(Superseded, NodeFields):
    class Meta:
        db_table = "old_nodes"
        indexes = [models.Index(fields=["changeset"], name="old_nodes_changeset")]


class OldWay(Superseded, WayFields):
    class Meta:
        db_table = "old_ways"
        indexes = [models.Index(fields=["changeset"], name="old_ways_changeset")]


class OldRelation(Superseded, RelationFields):
    class Meta:
        db_table = "old_relations"
        indexes = [models.Index(fields=["changeset"], name="old_relations_changeset")]


class IdempotencyRecord(models.Model):
    """The outcome of an upload, stored for a day so that a repetition gets the same response."""

    changeset = models.ForeignKey(
        "changesets.Changeset", on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=255, null=True)
    results = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "idempotency_records"


class WayNode(models.Model):
    """A visible way that uses a node, once however often it uses it."""

    pk = models.CompositePrimaryKey("node_id", "way_id")
    node_id = models.BigIntegerField()
    way_id = models.BigIntegerField()

    class Meta:
        db_table = "way_nodes"


class RelationMember(models.Model):
    """A visible relation that has an element as a member, once however often it has it."""

    pk = models.CompositePrimaryKey("member_type", "member_id", "relation_id")
    member_type = models.SmallIntegerField()
    member_id = models.BigIntegerField()
    relation_id = models.BigIntegerField()

    class Meta:
        db_table = "relation_members"


CURRENT: dict[ElementType, type[models.Model]] = {
    ElementType.NODE: Node,
    ElementType.WAY: Way,
    ElementType.RELATION: Relation,
}
SUPERSEDED: dict[ElementType, type[models.Model]] = {
    ElementType.NODE: OldNode,
    ElementType.WAY: OldWay,
    ElementType.RELATION: OldRelation,
}
