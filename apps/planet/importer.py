"""Imports one file, all or nothing."""

import gc
import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import User

from .authors import move_sequence, settle_changesets, settle_people
from .errors import BadFileError, NotStreamableError
from .merge import Rows, merge
from .models import ImportedFile
from .progress import Progress
from .pump import Pump
from .readers import Position, read_file
from .sink import Sink
from .sinks import SortedSink, StagedSink
from .statements import kind_statement, statement
from .tables import KINDS, NODE, RELATION, WAY, Kind

BULK_SIZE = 1 << 20
"""Files of so many bytes are loaded into empty tables without indexes, which are built afterwards."""

_SWITCH_INTERVAL = 0.0005
"""Seconds until the thread that writes gets its turn: each turn is short, and the server waits for it."""

_TABLES = [table for kind in KINDS for table in (kind.current, kind.old, kind.lookup) if table]


@dataclass
class Summary:
    """What an import did."""

    name: str
    nodes: int = 0
    ways: int = 0
    relations: int = 0
    changesets: int = 0
    users: int = 0
    new_versions: int = 0
    changed: bool = False
    seconds: float = 0.0
    repeated: bool = False
    """The very file was imported before and has not been read."""
    remarks: list[str] = field(default_factory=list)

    @property
    def elements(self) -> int:
        return self.nodes + self.ways + self.relations


def import_file(path: Path, progress: Progress) -> Summary:
    """Load a file of any supported format. Raises ImportFailedError, with nothing changed."""
    start = time.monotonic()
    summary = Summary(path.name)
    digest = _sha256(path)
    known = ImportedFile.objects.filter(sha256=digest).first()
    if known:
        summary.repeated = True
        return summary
    with _in_a_hurry(), transaction.atomic():
        connection.ensure_connection()
        session = cast("psycopg.Connection", connection.connection)
        with session.cursor() as cursor:
            _lock(cursor)
            sink = _load(path, session, cursor, summary, progress)
            progress.step(_("changesets and users"))
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            summary.changed = settle_changesets(cursor) > 0 or summary.new_versions > 0
            summary.users, summary.remarks = settle_people(cursor)
            for kind in KINDS:
                move_sequence(cursor, kind.current)
            cursor.execute(statement("clean_up"))
        summary.nodes, summary.ways, summary.relations = (sink.counts[kind] for kind in (NODE, WAY, RELATION))
        summary.changesets = sink.changesets
        ImportedFile.objects.create(
            sha256=digest,
            name=path.name[-255:],
            nodes=summary.nodes,
            ways=summary.ways,
            relations=summary.relations,
            changesets=summary.changesets,
        )
    _tidy(progress)
    summary.seconds = time.monotonic() - start
    return summary


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadFileError(_("the file cannot be read: %s") % (error.strerror or error)) from None


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Short turns for the threads, and no search for circles of garbage: elements make none, and looking for
    them takes a tenth of the time."""
    usual, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
        if collects:
            gc.enable()


def _lock(cursor: Rows) -> None:
    """Keep all others from writing, not from reading; changesets first, as edits lock them."""
    tables = [Changeset._meta.db_table, ChangesetComment._meta.db_table, User._meta.db_table, *_TABLES]
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    cursor.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(names))
    # Checks of foreign keys that wait for the end of the transaction would keep every row in mind, and keep
    # indexes from being built.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Sorting and building indexes stay under the bound on memory with these.
    cursor.execute("SET LOCAL work_mem = '32MB'; SET LOCAL maintenance_work_mem = '128MB'")
    # Before there are statistics the planner takes nodes to be few, and would look up each node of each way.
    cursor.execute("SET LOCAL enable_memoize = off")


def _load(
    path: Path, session: psycopg.Connection, cursor: Rows, summary: Summary, progress: Progress
) -> Sink:
    """Bring all elements into their tables, the quick way for a sorted file and an empty database."""
    if _is_empty(cursor):
        try:
            with transaction.atomic():
                sink: Sink = _load_sorted(path, session, cursor, progress)
        except NotStreamableError:
            pass
        else:
            summary.new_versions = sum(sink.counts.values())
            return sink
    cursor.execute(statement("prepare"))
    for kind in KINDS:
        cursor.execute(kind_statement("stage", kind))
    with Pump(session) as pump:
        sink = StagedSink(pump)
        _read(path, sink, progress)
    progress.step(_("merging"))
    summary.new_versions = merge(cursor)
    return sink


def _load_sorted(path: Path, session: psycopg.Connection, cursor: Rows, progress: Progress) -> Sink:
    cursor.execute(statement("prepare"))
    bulk = path.stat().st_size >= BULK_SIZE
    builds: dict[str, list[sql.SQL]] = {}
    if bulk:
        # Into tables emptied in this transaction rows may be written as frozen: no later vacuum has to touch
        # them again, and index-only scans work from the start.
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, _TABLES))))
        builds = {table: _drop_indexes(cursor, table) for table in _TABLES}

    def complete(kind: Kind) -> None:
        """All versions of a kind are in."""
        if kind.lookup:
            pump.execute(kind_statement("fill_lookup", kind))
        for table in (kind.current, kind.old, kind.lookup):
            for build in builds.get(table or "", []):
                pump.execute(build)

    with Pump(session, frozenset(_TABLES if bulk else ())) as pump:
        sink = SortedSink(pump, int(time.time()), complete)
        _read(path, sink, progress)
        progress.step(_("indexes"))
    cursor.execute("INSERT INTO touched SELECT DISTINCT changeset_id FROM staged_owners")
    return sink


def _read(path: Path, sink: Sink, progress: Progress) -> None:
    def start(position: Position) -> None:
        sink.on_progress = lambda elements: progress.update(elements, position())

    read_file(path, sink, start)
    sink.finish()


def _is_empty(cursor: Rows) -> bool:
    queries = [sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(table)) for table in _TABLES]
    row = cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(" OR ").join(queries))).fetchone()
    return bool(row and not row[0])


def _drop_indexes(cursor: Rows, table: str) -> list[sql.SQL]:
    """Drop all indexes of a table; the statements that make them again."""
    indexes = cursor.execute(statement("indexes").format(table=sql.Literal(table))).fetchall()
    for drop, _build in indexes:
        cursor.execute(sql.SQL(drop))
    return [sql.SQL(build) for _drop, build in indexes]


def _tidy(progress: Progress) -> None:
    """Statistics and visibility for the planner; the sample is small, autovacuum takes a larger one later."""
    if connection.in_atomic_block:
        return
    progress.step(_("statistics"))
    names = [connection.ops.quote_name(table) for table in (Changeset._meta.db_table, User._meta.db_table)]
    for kind in KINDS:
        # Columns that are looked up by: statistics of tags and of arrays of nodes cost most and help nobody.
        names.append(f"{kind.current} ({', '.join(('id', 'changeset_id', 'visible', *kind.derived))})")
        names.append(f"{kind.old} (id, version, changeset_id)")
        if kind.lookup:
            names.append(kind.lookup)
    with connection.cursor() as cursor:
        cursor.execute("SET default_statistics_target = 20")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(names)}")
        cursor.execute("RESET default_statistics_target")
