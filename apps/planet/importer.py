"""Imports one file, all or nothing."""

import gc
import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from apps.changesets.models import Changeset, ChangesetComment
from apps.journal import actions as journal
from apps.osm.elements import ElementType
from apps.users.models import User

from .authors import advance_sequence, create_authors, map_authors, write_changesets
from .columns import read_ordinary
from .errors import BadFileError, ImportConflictError, NotOrdinaryError, NotStreamableError
from .merge import Rows, merge
from .models import ImportedFile
from .oddities import Oddity
from .progress import Progress
from .pump import Pump
from .readers import Position, read_file
from .sink import Sink
from .sinks import SortedSink, StagedSink
from .statements import kind_statement, statement
from .tables import KINDS, NODE, RELATION, WAY, Kind

BULK_SIZE = 1 << 20
"""From this size in bytes on, files are loaded into empty tables without indexes, which are built afterwards."""

_SWITCH_INTERVAL = 0.0005
"""Seconds until the writing thread gets its turn: its turns are short, and the server waits for them."""

AnySink = TypeVar("AnySink", bound=Sink)
Reader = Callable[[Path, AnySink, Callable[[Position], None]], None]
"""Pushes the elements of a file into a sink, after passing the file's position to the callback."""

_TABLES = [table for kind in KINDS for table in (kind.current, kind.old, kind.lookup) if table]


@dataclass
class Summary:
    """The result of an import."""

    name: str
    nodes: int = 0
    ways: int = 0
    relations: int = 0
    changesets: int = 0
    new_versions: int = 0
    changed: bool = False
    seconds: float = 0.0
    repeated: bool = False
    """Whether this very file was imported before, and so was not read again."""
    remarks: list[str] = field(default_factory=list)
    touched: Mapping[ElementType, list[int]] | None = None
    """The ids of elements with a new current version by type; None if they are too many to list."""

    @property
    def elements(self) -> int:
        return self.nodes + self.ways + self.relations


def import_file(path: Path, progress: Progress) -> Summary:
    """Load a file of any supported format. Raises ImportFailedError, with nothing changed."""
    start = time.monotonic()
    summary = Summary(path.name)
    digest = _sha256(path)
    if ImportedFile.objects.filter(sha256=digest).exists():
        summary.repeated = True
        return summary
    with _tuned_for_import(), transaction.atomic():
        connection.ensure_connection()
        session = cast("psycopg.Connection", connection.connection)
        with session.cursor() as cursor:
            _import(path, session, cursor, summary, progress)
        _note_in_journal(summary)
        ImportedFile.objects.create(
            sha256=digest,
            name=path.name[-255:],
            nodes=summary.nodes,
            ways=summary.ways,
            relations=summary.relations,
            changesets=summary.changesets,
        )
    _update_statistics(progress)
    summary.seconds = time.monotonic() - start
    return summary


def _note_in_journal(summary: Summary) -> None:
    """Tell the journal what the import touched, as the last step of its transaction."""
    if summary.touched is None:
        journal.add_everything()
    elif summary.new_versions:
        journal.add(summary.touched)


def _import(
    path: Path, session: psycopg.Connection, cursor: Rows, summary: Summary, progress: Progress
) -> None:
    _lock(cursor)
    sink = _load(path, session, cursor, summary, progress)
    summary.nodes, summary.ways, summary.relations = (sink.counts[kind] for kind in (NODE, WAY, RELATION))
    summary.changesets = sink.changesets
    summary.remarks += sink.oddities.remarks()
    progress.step(_("changesets and users"))
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    summary.remarks += map_authors(cursor)
    summary.changed = write_changesets(cursor) > 0 or summary.new_versions > 0
    summary.remarks += create_authors(cursor)
    for kind in KINDS:
        advance_sequence(cursor, kind.current)
    cursor.execute(statement("drop_temporary_tables"))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadFileError(_("the file cannot be read: %s") % (error.strerror or error)) from None


@contextmanager
def _tuned_for_import() -> Iterator[None]:
    """Shorten the turns of threads, and switch off garbage collection: elements form no reference cycles, and
    looking for them takes a tenth of the time."""
    interval, is_collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if is_collecting:
            gc.enable()


def _lock(cursor: Rows) -> None:
    """Lock the tables against writers, but not against readers; changesets first, as edits do."""
    tables = [Changeset._meta.db_table, ChangesetComment._meta.db_table, User._meta.db_table, *_TABLES]
    names = sql.SQL(", ").join(map(sql.Identifier, tables))
    cursor.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(names))
    # Foreign key checks deferred to the end of the transaction would remember every row, and would prevent
    # indexes from being built.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Limits the memory for sorting and for building indexes.
    cursor.execute("SET LOCAL work_mem = '32MB'; SET LOCAL maintenance_work_mem = '128MB'")
    # Without statistics the planner assumes few nodes, and would look up each node of each way.
    cursor.execute("SET LOCAL enable_memoize = off")


def _load(
    path: Path, session: psycopg.Connection, cursor: Rows, summary: Summary, progress: Progress
) -> Sink:
    """Load all elements into their tables: directly if the file is sorted and the tables are empty, else staged."""
    if _is_empty(cursor):
        sorted_sink = _load_sorted(path, session, cursor, summary, progress)
        if sorted_sink:
            summary.new_versions = sum(sorted_sink.counts.values())
            return sorted_sink
    elif _is_pbf(path):
        summary.remarks.append(
            _("read with pyosmium, which is slower: the fast PBF reader needs empty tables")
        )
    cursor.execute(statement("create_temporary_tables"))
    for kind in KINDS:
        cursor.execute(kind_statement("create_staged", kind))
    with Pump(session) as pump:
        sink = StagedSink(pump)
        _read(read_file, path, sink, progress)
    progress.step(_("merging"))
    try:
        merged = merge(cursor)
    except ImportConflictError as error:
        if Oddity.NOT_UPLOADED not in sink.oddities:
            raise
        reason = _(
            "the file has changes that an editor has not uploaded; upload them with the editor instead"
        )
        raise ImportConflictError(f"{error}: {reason}") from None
    summary.new_versions, summary.touched = merged.new_versions, merged.touched
    return sink


def _load_sorted(
    path: Path, session: psycopg.Connection, cursor: Rows, summary: Summary, progress: Progress
) -> SortedSink | None:
    """Fill the empty tables. Returns None, with nothing changed, if the file is not sorted."""
    if _is_pbf(path):
        try:
            with transaction.atomic():
                return _fill(read_ordinary, path, session, cursor, progress)
        except NotOrdinaryError:
            summary.remarks.append(
                _("read with pyosmium, which is slower: not an ordinary PBF extract (see docs/import.md)")
            )
    try:
        with transaction.atomic():
            return _fill(read_file, path, session, cursor, progress)
    except NotStreamableError:
        return None


def _is_pbf(path: Path) -> bool:
    return path.suffix == ".pbf"


def _fill(
    read: Reader[SortedSink], path: Path, session: psycopg.Connection, cursor: Rows, progress: Progress
) -> SortedSink:
    cursor.execute(statement("create_temporary_tables"))
    bulk = path.stat().st_size >= BULK_SIZE
    builds: dict[str, list[sql.SQL]] = {}
    if bulk:
        # Rows of tables that were truncated in the same transaction may be written as frozen: no later vacuum
        # has to touch them, and index-only scans work from the start.
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, _TABLES))))
        builds = {table: _drop_indexes(cursor, table) for table in _TABLES}

    def complete(kind: Kind) -> None:
        """Fill the lookup and build the indexes of an element type once all its versions are loaded."""
        if kind.lookup and kind.lookup not in sink.filled:
            pump.execute(kind_statement("fill_lookup", kind))
        for table in (kind.current, kind.old, kind.lookup):
            for build in builds.get(table or "", []):
                pump.execute(build)

    with Pump(session, frozenset(_TABLES if bulk else ())) as pump:
        sink = SortedSink(pump, int(time.time()), complete)
        _read(read, path, sink, progress)
        progress.step(_("indexes"))
    cursor.execute("INSERT INTO touched SELECT DISTINCT changeset_id FROM staged_owners")
    return sink


def _read(read: Reader[AnySink], path: Path, sink: AnySink, progress: Progress) -> None:
    def start(position: Position) -> None:
        sink.on_progress = lambda elements: progress.update(elements, position())

    read(path, sink, start)
    sink.finish()


def _is_empty(cursor: Rows) -> bool:
    queries = [sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(table)) for table in _TABLES]
    row = cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(" OR ").join(queries))).fetchone()
    return bool(row and not row[0])


def _drop_indexes(cursor: Rows, table: str) -> list[sql.SQL]:
    """Drop all indexes of a table. Returns the statements that recreate them."""
    indexes = cursor.execute(statement("list_indexes").format(table=sql.Literal(table))).fetchall()
    for drop, _build in indexes:
        cursor.execute(sql.SQL(drop))
    return [sql.SQL(build) for _drop, build in indexes]


def _update_statistics(progress: Progress) -> None:
    """Vacuum and analyze the tables for the planner, with a small sample: autovacuum takes a larger one later."""
    if connection.in_atomic_block:
        return
    progress.step(_("statistics"))
    names = [connection.ops.quote_name(table) for table in (Changeset._meta.db_table, User._meta.db_table)]
    for kind in KINDS:
        # Only columns that queries search by: statistics of tags and of node arrays cost most and help no query.
        names.append(f"{kind.current} ({', '.join(('id', 'changeset_id', 'visible', *kind.derived))})")
        names.append(f"{kind.old} (id, version, changeset_id)")
        if kind.lookup:
            names.append(kind.lookup)
    with connection.cursor() as cursor:
        # Ten short transactions, which may be lost in a crash.
        cursor.execute("SET synchronous_commit = off; SET default_statistics_target = 20")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(names)}")
        cursor.execute("RESET synchronous_commit; RESET default_statistics_target")
