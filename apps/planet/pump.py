"""The thread that writes to the database while another one reads the file."""

from queue import Queue
from threading import Thread

import psycopg
from psycopg import sql

from apps.elements.rows import COPY_HEADER, COPY_TRAILER

from .tables import COLUMNS

Query = sql.SQL | sql.Composed

_QUEUED_CHUNKS = 32


class Pump:
    """Feeds rows to COPY and runs statements, in the given order, on one connection.

    The caller must not use the connection inside the `with` block. A database error is raised by the next call,
    or at the end of the block.
    """

    def __init__(self, connection: psycopg.Connection, frozen: frozenset[str] = frozenset()) -> None:
        self._connection = connection
        self._frozen = frozen
        self._queue: Queue[tuple[str, bytes] | Query | None] = Queue(_QUEUED_CHUNKS)
        self._error: BaseException | None = None
        self._ended = False
        self._thread = Thread(target=self._run, name="import_osm writer", daemon=True)

    def __enter__(self) -> "Pump":
        self._thread.start()
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        if error_type:
            self._error = self._error or InterruptedError()
        self._queue.put(None)
        self._thread.join()
        if not error_type and self._error:
            raise self._error

    def copy(self, table: str, rows: bytes) -> None:
        """Append rows of the binary COPY format to a table."""
        self._put((table, rows))

    def execute(self, statement: Query) -> None:
        self._put(statement)

    def _put(self, item: tuple[str, bytes] | Query) -> None:
        if self._error:
            raise self._error
        self._queue.put(item)

    def _next(self) -> tuple[str, bytes] | Query | None:
        item = self._queue.get()
        self._ended = item is None
        return item

    def _run(self) -> None:
        try:
            item = self._next()
            while item is not None:
                item = self._work(item)
        except BaseException as error:
            self._error = self._error or error
            # The reading thread may be waiting for room in the queue.
            while not self._ended:
                self._next()

    def _work(self, item: tuple[str, bytes] | Query) -> tuple[str, bytes] | Query | None:
        """Run one statement, or one COPY for as long as rows of its table follow. Returns the next item."""
        with self._connection.cursor() as cursor:
            if isinstance(item, Query):
                cursor.execute(item)
                return self._next()
            table = item[0]
            following: tuple[str, bytes] | Query | None = item
            with cursor.copy(self._copy_statement(table)) as copy:
                copy.write(COPY_HEADER)
                while isinstance(following, tuple) and following[0] == table:
                    if self._error:
                        raise self._error
                    copy.write(following[1])
                    following = self._next()
                copy.write(COPY_TRAILER)
            return following

    def _copy_statement(self, table: str) -> sql.Composed:
        return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY{})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table])),
            sql.SQL(", FREEZE" if table in self._frozen else ""),
        )
