"""The SQL of writing elements: locks, look-ups before, rows after; each function at most three statements a type."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.backends.utils import CursorWrapper

from apps.osm.bbox import BBox
from apps.osm.elements import ElementRef, ElementType, Member
from apps.osm.osmchange import Action, Change
from apps.osm.osmjson import tags_text
from apps.osm.quadtile import tile_of

from .change_applier import ChangeApplier, Version
from .rows import (
    COPY_HEADER,
    COPY_TRAILER,
    EPOCH_2000,
    NO_TAGS,
    pack_bigints,
    pack_head,
    pack_pair,
    pack_position,
    pack_smallints,
    pack_tags,
    pack_texts,
    pack_triple,
    without_tile,
)

_COMMON = ["id", "version", "visible", "changeset_id", "timestamp", "tags"]
_OWN = {
    ElementType.NODE: ["lat", "lon"],
    ElementType.WAY: ["nodes"],
    ElementType.RELATION: ["member_types", "member_refs", "member_roles"],
}
_COLUMNS = {
    kind: [*_COMMON, *own, *(["tile"] if kind is ElementType.NODE else [])] for kind, own in _OWN.items()
}
_KEPT = {kind: [*_COMMON, *own] for kind, own in _OWN.items()}

_KEY_SHARE, _NO_KEY_UPDATE, _UPDATE = range(3)
_STRENGTHS = ["KEY SHARE", "NO KEY UPDATE", "UPDATE"]

Ids = Iterable[int]


def _array(ids: Ids) -> str:
    """An array in PostgreSQL's notation, in ascending order: ten times as fast to make as a list that psycopg adapts."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


def prepare(cursor: CursorWrapper) -> None:
    """The statements to come look a list of ids up in large tables: by index, whatever the planner thinks."""
    cursor.execute(
        "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
    )


def lock(
    cursor: CursorWrapper, kind: ElementType, *, changed: set[int], deleted: set[int], referenced: set[int]
) -> dict[ElementRef, Version]:
    """Hold the elements of a kind in the order of their ids, each as strongly as it needs.

    Deleted ones are held against everybody, changed ones against changes, and what is referred to against deletion
    alone. One walk does it all: with a walk for each strength, two uploads that delete what the other one refers to would
    wait for each other.
    """
    held = (
        dict.fromkeys(referenced, _KEY_SHARE)
        | dict.fromkeys(changed, _NO_KEY_UPDATE)
        | dict.fromkeys(deleted, _UPDATE)
    )
    if not held:
        return {}
    ids = _array(held)
    strengths = set(held.values())
    if len(strengths) == 1:
        statement = (
            f"{_select(kind, *strengths)} = ANY(%s::bigint[]) ORDER BY id FOR {_STRENGTHS[strengths.pop()]}"
        )
        cursor.execute(statement, [ids])
    else:
        each = " UNION ALL ".join(
            f"SELECT * FROM ({_select(kind, strength)} = wanted.id AND wanted.strength = {strength} "
            f"FOR {_STRENGTHS[strength]}) AS held{strength}"
            for strength in sorted(strengths)
        )
        cursor.execute(
            f"SELECT found.* FROM unnest(%s::bigint[], %s::int[]) AS wanted(id, strength), LATERAL ({each}) AS found",
            [ids, "{" + ",".join(str(held[id_]) for id_ in sorted(held)) + "}"],
        )
    return {(version := _version(kind, row)).ref: version for row in cursor}


def _select(kind: ElementType, strength: int) -> str:
    """The statement up to the comparison of the id. Of what is referred to, no lists are fetched."""
    own = [*_OWN[kind], *(["tags"] if kind is ElementType.RELATION else [])]
    if strength == _KEY_SHARE and kind is not ElementType.NODE:
        own = [f"CASE WHEN false THEN {name} END AS {name}" for name in own]
    return f"SELECT {', '.join(['id', 'version', 'visible', *own])} FROM {kind.plural} WHERE id"


def _version(kind: ElementType, row: Sequence[Any]) -> Version:
    version = Version(ElementRef(kind, row[0]), row[1], row[2])
    if kind is ElementType.NODE:
        version.lat, version.lon = row[3], row[4]
    elif row[3] is None:
        pass
    elif kind is ElementType.WAY:
        version.nodes = row[3]
    else:
        types = (ElementType(number) for number in row[3])
        version.members = [Member(*member) for member in zip(types, row[4], row[5], strict=True)]
        version.tags = row[6]
    return version


def users_of(
    cursor: CursorWrapper, deleted: Mapping[ElementType, set[int]]
) -> dict[ElementRef, set[ElementRef]]:
    """What refers to the elements that are to be deleted. Read after they are held, so nothing is missed."""
    parts = [
        f"SELECT {int(kind)}, member_id, {int(ElementType.RELATION)}, relation_id FROM relation_members "
        f"WHERE member_type = {int(kind)} AND member_id = ANY(%s::bigint[])"
        for kind, ids in deleted.items()
        if ids
    ]
    parameters = [_array(ids) for ids in deleted.values() if ids]
    if nodes := deleted[ElementType.NODE]:
        parts.append("SELECT 1, node_id, 2, way_id FROM way_nodes WHERE node_id = ANY(%s::bigint[])")
        parameters.append(_array(nodes))
    if not parts:
        return {}
    cursor.execute(" UNION ALL ".join(parts), parameters)
    users: dict[ElementRef, set[ElementRef]] = {}
    for kind, element_id, user_kind, user_id in cursor:
        ref = ElementRef(ElementType(kind), element_id)
        users.setdefault(ref, set()).add(ElementRef(ElementType(user_kind), user_id))
    return users


def new_ids(cursor: CursorWrapper, changes: Iterable[Change]) -> dict[ElementType, Iterator[int]]:
    """As many new ids as elements are to be created, ascending, in one statement."""
    counts = dict.fromkeys(ElementType, 0)
    for change in changes:
        counts[change.type] += change.action is Action.CREATE
    parts = [
        f"SELECT {int(kind)}, nextval(pg_get_serial_sequence('{kind.plural}', 'id')) FROM generate_series(1, {count})"
        for kind, count in counts.items()
        if count
    ]
    ids: dict[ElementType, list[int]] = {kind: [] for kind in ElementType}
    if parts:
        cursor.execute(" UNION ALL ".join(parts))
        for kind, number in cursor:
            ids[ElementType(kind)].append(number)
    return {kind: iter(sorted(numbers)) for kind, numbers in ids.items()}


def write(
    cursor: CursorWrapper,
    applier: ChangeApplier,
    known: Mapping[ElementRef, Version],
    changeset_id: int,
    now: datetime,
) -> None:
    """Bring the last version of each changed element into its table, and what it supersedes into the old ones."""
    moment = round((now.timestamp() - EPOCH_2000) * 1_000_000)
    final = {kind: [version for version in applier.final if version.ref.type is kind] for kind in ElementType}
    last = {version.ref: version.version for version in applier.final}
    changed = {
        kind: [version for version in versions if version.ref in known] for kind, versions in final.items()
    }

    def rows(kind: ElementType, versions: Iterable[Version]) -> Iterator[bytes]:
        return (_row(kind, version, changeset_id, moment) for version in versions)

    _stage(cursor, [kind for kind, versions in changed.items() if versions])
    for kind, versions in final.items():
        if changed[kind]:
            _update(cursor, kind, [version.ref.id for version in changed[kind]], rows(kind, changed[kind]))
        created = rows(kind, (version for version in versions if version.ref not in known))
        _copy(cursor, kind.plural, _COLUMNS[kind], created)
        between = rows(
            kind,
            (
                applied.after
                for applied in applier.applied
                if applied.after.ref.type is kind and applied.after.version < last[applied.after.ref]
            ),
        )
        old = map(without_tile, between) if kind is ElementType.NODE else between
        _copy(cursor, f"old_{kind.plural}", _KEPT[kind], old)
        if kind is not ElementType.NODE:
            _link(cursor, kind, versions, known)


def _row(kind: ElementType, version: Version, changeset_id: int, moment: int) -> bytes:
    """A row of the binary COPY format."""
    head = pack_head(
        len(_COLUMNS[kind]), version.ref.id, version.version, version.visible, changeset_id, moment
    )
    tags = pack_tags(tags_text(version.tags)) if version.tags else NO_TAGS
    if kind is ElementType.NODE:
        return head + tags + pack_position(version.lat, version.lon, tile_of(version.lat, version.lon))
    if kind is ElementType.WAY:
        return head + tags + pack_bigints(version.nodes)
    members = version.members
    return (
        head
        + tags
        + pack_smallints([member.type for member in members])
        + pack_bigints([member.ref for member in members])
        + pack_texts([member.role for member in members])
    )


def _stage(cursor: CursorWrapper, kinds: Sequence[ElementType]) -> None:
    """Make the temporary tables that hold the new rows of changed elements."""
    if kinds:
        cursor.execute(
            "; ".join(
                f"CREATE TEMPORARY TABLE changed_{kind.plural} AS "
                f"SELECT {', '.join(_COLUMNS[kind])} FROM {kind.plural} WITH NO DATA"
                for kind in kinds
            )
        )


def _update(cursor: CursorWrapper, kind: ElementType, ids: list[int], rows: Iterable[bytes]) -> None:
    """Copy aside what is current, and put the new rows in its place."""
    staged, kept = f"changed_{kind.plural}", ", ".join(_KEPT[kind])
    _copy(cursor, staged, _COLUMNS[kind], rows)
    assignments = ", ".join(f"{name} = changed.{name}" for name in _COLUMNS[kind] if name != "id")
    # Both parts see the rows as they were before the statement.
    cursor.execute(
        f"WITH superseded AS ("
        f"INSERT INTO old_{kind.plural} ({kept}) SELECT {kept} FROM {kind.plural} WHERE id = ANY(%s::bigint[])"
        f") UPDATE {kind.plural} AS current SET {assignments} FROM {staged} AS changed "
        f"WHERE current.id = changed.id; DROP TABLE {staged}",
        [_array(ids)],
    )


def _link(
    cursor: CursorWrapper, kind: ElementType, final: Iterable[Version], known: Mapping[ElementRef, Version]
) -> None:
    """Keep the reverse look-up: pairs that went, pairs that came."""
    came: list[tuple[ElementRef, int]] = []
    went: list[tuple[ElementRef, int]] = []
    for version in final:
        before = known.get(version.ref)
        old = before.children if before and before.visible else set()
        new = version.children if version.visible else set()
        came += [(child, version.ref.id) for child in new - old]
        went += [(child, version.ref.id) for child in old - new]
    if kind is ElementType.WAY:
        if went:
            cursor.execute(
                "DELETE FROM way_nodes w USING unnest(%s::bigint[], %s::bigint[]) AS gone(node, way) "
                "WHERE w.node_id = gone.node AND w.way_id = gone.way",
                [[child.id for child, _ in went], [way for _, way in went]],
            )
        rows = (pack_pair(child.id, way) for child, way in sorted(came))
        _copy(cursor, "way_nodes", ["node_id", "way_id"], rows)
        return
    if went:
        cursor.execute(
            "DELETE FROM relation_members r USING unnest(%s::int[], %s::bigint[], %s::bigint[]) AS gone(type, id, relation)"
            " WHERE r.member_type = gone.type AND r.member_id = gone.id AND r.relation_id = gone.relation",
            [
                [int(child.type) for child, _ in went],
                [child.id for child, _ in went],
                [relation for _, relation in went],
            ],
        )
    rows = (pack_triple(child.type, child.id, relation) for child, relation in sorted(came))
    _copy(cursor, "relation_members", ["member_type", "member_id", "relation_id"], rows)


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    """Append rows; no statement where there are none."""
    body = b"".join(rows)
    if body:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"".join(chain([COPY_HEADER], [body], [COPY_TRAILER])))


def box_of(cursor: CursorWrapper, nodes: set[int], ways: set[int]) -> BBox | None:
    """The box of nodes and of the nodes of ways, as they are now."""
    if not nodes and not ways:
        return None
    cursor.execute(
        """
        SELECT min(lon), min(lat), max(lon), max(lat) FROM nodes
        WHERE id = ANY(ARRAY(
          SELECT unnest(%s::bigint[]) UNION SELECT unnest(nodes) FROM ways WHERE id = ANY(%s::bigint[])
        ))
        """,
        [_array(nodes), _array(ways)],
    )
    row = cursor.fetchone()
    return BBox(*row) if row and row[0] is not None else None
