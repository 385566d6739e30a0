"""Helpers of the importer's tests."""

import io
import os
from pathlib import Path
from typing import Any

import osmium
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.elements.models import Node, OldNode, OldRelation, OldWay, Relation, RelationMember, Way, WayNode

KINDS: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "node": (Node, OldNode, ("lat", "lon")),
    "way": (Way, OldWay, ("nodes",)),
    "relation": (Relation, OldRelation, ("member_types", "member_refs", "member_roles")),
}
COMMON = ("version", "visible", "changeset_id", "timestamp", "tags")


def run(*files: Path | str) -> tuple[str, str]:
    """Run `import_osm`. Returns its standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_osm", *map(str, files), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def convert(opl: str, path: Path) -> Path:
    """Write the elements of an OPL text with libosmium, in the format of the path's suffix."""
    source = path.with_name(f"{path.name}.opl")
    source.write_text(opl)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for item in osmium.FileProcessor(source):
            writer.add(item)
    return path


def current(kind: str) -> dict[int, tuple[Any, ...]]:
    """Return the current versions by id, as (version, visible, changeset, timestamp, tags, columns of the kind)."""
    model, _old, body = KINDS[kind]
    return {row[0]: row[1:] for row in model.objects.values_list("id", *COMMON, *body)}


def superseded(kind: str) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Return the old versions by id and version, as `current` does."""
    _model, old, body = KINDS[kind]
    return {(row[0], row[1]): row[1:] for row in old.objects.values_list("id", *COMMON, *body)}


def everything() -> dict[str, Any]:
    """Return all elements and their lookup tables."""
    world: dict[str, Any] = {}
    for kind in KINDS:
        world[kind] = current(kind)
        world[f"old {kind}"] = superseded(kind)
    world["way_nodes"] = set(WayNode.objects.values_list("node_id", "way_id"))
    world["members"] = set(RelationMember.objects.values_list("member_type", "member_id", "relation_id"))
    return world


def command_environment() -> dict[str, str]:
    """Return the environment of a command that uses the tests' database."""
    database = settings.DATABASES["default"]
    url = f"postgresql://{database['USER']}@/{connection.settings_dict['NAME']}?host={database['HOST']}"
    if database["PORT"]:
        url += f"&port={database['PORT']}"
    return {**os.environ, "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL}


def index_definitions() -> set[str]:
    """Return the definitions of all indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        return {name for (name,) in cursor.fetchall()}
