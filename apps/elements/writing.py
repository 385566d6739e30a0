"""The SQL of writing elements: locks, lookups, and new rows. Each function takes at most three statements per type."""

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

from .change_applier import ChangeApplier, ElementState
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
from .tables import COLUMNS, CURRENT_COLUMNS, CURRENT_TABLES, OWN_COLUMNS, SUPERSEDED_TABLES, id_array

_KEY_SHARE, _NO_KEY_UPDATE, _UPDATE = range(3)
_STRENGTHS = ["KEY SHARE", "NO KEY UPDATE", "UPDATE"]


def prepare(cursor: CursorWrapper) -> None:
    """Have the following statements look ids up by index, whatever the planner estimates."""
    cursor.execute(
        "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
    )


def lock(
    cursor: CursorWrapper, kind: ElementType, *, changed: set[int], deleted: set[int], referenced: set[int]
) -> dict[ElementRef, ElementState]:
    """Lock elements of a type in the order of their ids, each as strongly as necessary, and return those that exist.

    Elements to delete are locked completely, elements to change against changes, and elements referred to only against
    deletion. One statement locks them all: with one statement per strength, two uploads that each delete what the other
    one refers to would deadlock.
    """
    strength_of = (
        dict.fromkeys(referenced, _KEY_SHARE)
        | dict.fromkeys(changed, _NO_KEY_UPDATE)
        | dict.fromkeys(deleted, _UPDATE)
    )
    if not strength_of:
        return {}
    ordered = sorted(strength_of)
    ids = id_array(ordered)
    strengths = set(strength_of.values())
    if len(strengths) == 1:
        statement = (
            f"{_select(kind, *strengths)} = ANY(%s::bigint[]) ORDER BY id FOR {_STRENGTHS[strengths.pop()]}"
        )
        cursor.execute(statement, [ids])
    else:
        each = " UNION ALL ".join(
            f"SELECT * FROM ({_select(kind, strength)} = wanted.id AND wanted.strength = {strength} "
            f"FOR {_STRENGTHS[strength]}) AS locked{strength}"
            for strength in sorted(strengths)
        )
        cursor.execute(
            f"SELECT found.* FROM unnest(%s::bigint[], %s::int[]) AS wanted(id, strength), LATERAL ({each}) AS found",
            [ids, id_array(strength_of[id_] for id_ in ordered)],
        )
    return {(state := _state(kind, row)).ref: state for row in cursor}


def _select(kind: ElementType, strength: int) -> str:
    """Return the statement up to the comparison of the id. It omits the lists of elements that are only referred to."""
    own = [*OWN_COLUMNS[kind], *(["tags"] if kind is ElementType.RELATION else [])]
    if strength == _KEY_SHARE and kind is not ElementType.NODE:
        own = [f"CASE WHEN false THEN {name} END AS {name}" for name in own]
    return f"SELECT {', '.join(['id', 'version', 'visible', *own])} FROM {CURRENT_TABLES[kind]} WHERE id"


def _state(kind: ElementType, row: Sequence[Any]) -> ElementState:
    state = ElementState(ElementRef(kind, row[0]), row[1], row[2])
    if kind is ElementType.NODE:
        state.lat, state.lon = row[3], row[4]
    elif row[3] is None:
        pass
    elif kind is ElementType.WAY:
        state.nodes = row[3]
    else:
        types = (ElementType(number) for number in row[3])
        state.members = [Member(*member) for member in zip(types, row[4], row[5], strict=True)]
        state.tags = row[6]
    return state


def find_referrers(
    cursor: CursorWrapper, deleted: Mapping[ElementType, set[int]]
) -> dict[ElementRef, set[ElementRef]]:
    """Return the elements that refer to those that are to be deleted; these are locked, so none is missing."""
    parts = [
        f"SELECT {int(kind)}, member_id, {int(ElementType.RELATION)}, relation_id FROM relation_members "
        f"WHERE member_type = {int(kind)} AND member_id = ANY(%s::bigint[])"
        for kind, ids in deleted.items()
        if ids
    ]
    parameters = [id_array(sorted(ids)) for ids in deleted.values() if ids]
    if nodes := deleted[ElementType.NODE]:
        parts.append("SELECT 1, node_id, 2, way_id FROM way_nodes WHERE node_id = ANY(%s::bigint[])")
        parameters.append(id_array(sorted(nodes)))
    if not parts:
        return {}
    cursor.execute(" UNION ALL ".join(parts), parameters)
    referrers: dict[ElementRef, set[ElementRef]] = {}
    for kind, element_id, referrer_kind, referrer_id in cursor:
        ref = ElementRef(ElementType(kind), element_id)
        referrers.setdefault(ref, set()).add(ElementRef(ElementType(referrer_kind), referrer_id))
    return referrers


def new_ids(cursor: CursorWrapper, changes: Iterable[Change]) -> dict[ElementType, Iterator[int]]:
    """Return as many new ids as there are elements to create, in ascending order. One statement."""
    counts = dict.fromkeys(ElementType, 0)
    for change in changes:
        counts[change.type] += change.action is Action.CREATE
    parts = [
        f"SELECT {int(kind)}, nextval(pg_get_serial_sequence('{CURRENT_TABLES[kind]}', 'id')) FROM generate_series(1, {count})"
        for kind, count in counts.items()
        if count
    ]
    ids: dict[ElementType, list[int]] = {kind: [] for kind in ElementType}
    if parts:
        cursor.execute(" UNION ALL ".join(parts))
        for kind, id_ in cursor:
            ids[ElementType(kind)].append(id_)
    return {kind: iter(sorted(found)) for kind, found in ids.items()}


def write(
    cursor: CursorWrapper,
    applier: ChangeApplier,
    known: Mapping[ElementRef, ElementState],
    changeset_id: int,
    now: datetime,
) -> None:
    """Store the last version of each changed element as the current one, and the versions before it as superseded."""
    timestamp = round((now.timestamp() - EPOCH_2000) * 1_000_000)
    final = {
        kind: [state for state in applier.final_states if state.ref.type is kind] for kind in ElementType
    }
    last_version = {state.ref: state.version for state in applier.final_states}
    changed = {kind: [state for state in states if state.ref in known] for kind, states in final.items()}

    def rows(kind: ElementType, states: Iterable[ElementState]) -> Iterator[bytes]:
        return (_row(kind, state, changeset_id, timestamp) for state in states)

    _create_staging_tables(cursor, [kind for kind, states in changed.items() if states])
    for kind, states in final.items():
        if changed[kind]:
            _update(cursor, kind, [state.ref.id for state in changed[kind]], rows(kind, changed[kind]))
        created = rows(kind, (state for state in states if state.ref not in known))
        _copy(cursor, CURRENT_TABLES[kind], CURRENT_COLUMNS[kind], created)
        between = rows(
            kind,
            (
                applied.after
                for applied in applier.applied
                if applied.after.ref.type is kind and applied.after.version < last_version[applied.after.ref]
            ),
        )
        old = map(without_tile, between) if kind is ElementType.NODE else between
        _copy(cursor, SUPERSEDED_TABLES[kind], COLUMNS[kind], old)
        if kind is not ElementType.NODE:
            _update_lookups(cursor, kind, states, known)


def _row(kind: ElementType, state: ElementState, changeset_id: int, timestamp: int) -> bytes:
    """Return a row of the current versions' table in the binary COPY format."""
    head = pack_head(
        len(CURRENT_COLUMNS[kind]), state.ref.id, state.version, state.visible, changeset_id, timestamp
    )
    tags = pack_tags(tags_text(state.tags)) if state.tags else NO_TAGS
    if kind is ElementType.NODE:
        return head + tags + pack_position(state.lat, state.lon, tile_of(state.lat, state.lon))
    if kind is ElementType.WAY:
        return head + tags + pack_bigints(state.nodes)
    members = state.members
    return (
        head
        + tags
        + pack_smallints([member.type for member in members])
        + pack_bigints([member.ref for member in members])
        + pack_texts([member.role for member in members])
    )


def _create_staging_tables(cursor: CursorWrapper, kinds: Sequence[ElementType]) -> None:
    """Create the temporary tables for the new rows of changed elements. One statement."""
    if kinds:
        cursor.execute(
            "; ".join(
                f"CREATE TEMPORARY TABLE changed_{kind.plural} AS "
                f"SELECT {', '.join(CURRENT_COLUMNS[kind])} FROM {CURRENT_TABLES[kind]} WITH NO DATA"
                for kind in kinds
            )
        )


def _update(cursor: CursorWrapper, kind: ElementType, ids: list[int], rows: Iterable[bytes]) -> None:
    """Copy the current rows to the superseded ones, and replace them."""
    staged, current, columns = f"changed_{kind.plural}", CURRENT_TABLES[kind], ", ".join(COLUMNS[kind])
    _copy(cursor, staged, CURRENT_COLUMNS[kind], rows)
    assignments = ", ".join(f"{name} = changed.{name}" for name in CURRENT_COLUMNS[kind] if name != "id")
    # Both parts see the rows as they were before the statement.
    cursor.execute(
        f"WITH superseded AS (INSERT INTO {SUPERSEDED_TABLES[kind]} ({columns}) "
        f"SELECT {columns} FROM {current} WHERE id = ANY(%s::bigint[])"
        f") UPDATE {current} AS current SET {assignments} FROM {staged} AS changed "
        f"WHERE current.id = changed.id; DROP TABLE {staged}",
        [id_array(sorted(ids))],
    )


def _update_lookups(
    cursor: CursorWrapper,
    kind: ElementType,
    final: Iterable[ElementState],
    known: Mapping[ElementRef, ElementState],
) -> None:
    """Update the reverse lookups: delete the pairs that are gone, and add the new ones."""
    added: list[tuple[ElementRef, int]] = []
    gone: list[tuple[ElementRef, int]] = []
    for state in final:
        before = known.get(state.ref)
        old = before.children if before and before.visible else set()
        new = state.children if state.visible else set()
        added += [(child, state.ref.id) for child in new - old]
        gone += [(child, state.ref.id) for child in old - new]
    if kind is ElementType.WAY:
        if gone:
            cursor.execute(
                "DELETE FROM way_nodes w USING unnest(%s::bigint[], %s::bigint[]) AS gone(node, way) "
                "WHERE w.node_id = gone.node AND w.way_id = gone.way",
                [[child.id for child, _ in gone], [way for _, way in gone]],
            )
        rows = (pack_pair(child.id, way) for child, way in sorted(added))
        _copy(cursor, "way_nodes", ["node_id", "way_id"], rows)
        return
    if gone:
        cursor.execute(
            "DELETE FROM relation_members r USING unnest(%s::int[], %s::bigint[], %s::bigint[]) AS gone(type, id, relation)"
            " WHERE r.member_type = gone.type AND r.member_id = gone.id AND r.relation_id = gone.relation",
            [
                [int(child.type) for child, _ in gone],
                [child.id for child, _ in gone],
                [relation for _, relation in gone],
            ],
        )
    rows = (pack_triple(child.type, child.id, relation) for child, relation in sorted(added))
    _copy(cursor, "relation_members", ["member_type", "member_id", "relation_id"], rows)


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[bytes]) -> None:
    """Append rows. No statement if there are none."""
    body = b"".join(rows)
    if body:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"".join(chain([COPY_HEADER], [body], [COPY_TRAILER])))


def find_bbox(cursor: CursorWrapper, nodes: set[int], ways: set[int]) -> BBox | None:
    """Return the bbox of stored nodes and of the nodes of stored ways; None if there are none."""
    if not nodes and not ways:
        return None
    cursor.execute(
        """
        SELECT min(lon), min(lat), max(lon), max(lat) FROM nodes
        WHERE id = ANY(ARRAY(
          SELECT unnest(%s::bigint[]) UNION SELECT unnest(nodes) FROM ways WHERE id = ANY(%s::bigint[])
        ))
        """,
        [id_array(sorted(nodes)), id_array(sorted(ways))],
    )
    row = cursor.fetchone()
    return BBox(*row) if row and row[0] is not None else None
