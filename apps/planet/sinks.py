"""The two sinks: directly into empty tables, or into temporary tables that are merged later."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from apps.elements.rows import microseconds, pack_pair, without_tile

from .errors import BadElementError, NotStreamableError
from .pump import Pump
from .records import NO_POSITION
from .sink import CHUNK, Sink
from .tables import NODE, RELATION, WAY, Kind


class SortedSink(Sink):
    """Writes into the final, empty tables. Elements must be sorted by type, id and version: then a version that the
    next one does not supersede is current, and only the last row has to be remembered."""

    def __init__(
        self,
        pump: Pump,
        now: int,
        on_kind_done: Callable[[Kind], None],
    ) -> None:
        super().__init__(pump)
        self._missing_time = microseconds(now)
        self._on_kind_done = on_kind_done
        self._kinds: Iterable[Kind] = iter((NODE, WAY, RELATION))
        self._kind: Kind | None = None
        self._id = self._version = 0
        self._row = b""
        self._current = bytearray()
        self.filled: set[str] = set()
        """The lookup tables that already have their rows."""

    def finish(self) -> None:
        self._write_last_row()
        super().finish()
        if self._kind:
            self._on_kind_done(self._kind)
        for kind in self._kinds:
            self._on_kind_done(kind)

    def _without_changeset(self, uid: int) -> int:
        if uid:
            raise NotStreamableError
        if 0 not in self._owners:
            self._owners[0] = 0
            self._append("staged_owners", pack_pair(0, 0))
        return 0

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        if kind is not self._kind:
            self._write_last_row()
            self._begin(kind)
        elif id_ > self._id:
            self._current += self._row
            if len(self._current) >= CHUNK:
                self._flush(kind.current)
        elif id_ < self._id or version < self._version:
            raise NotStreamableError
        elif version == self._version:
            raise BadElementError(f"{kind.label} {id_}", _("version %d is in the file twice") % version)
        else:
            self._append(kind.old, without_tile(self._row) if kind is NODE else self._row)
        self._id, self._version, self._row = id_, version, row

    def rows(self, kind: Kind, ids: tuple[int, int], count: int, rows: bytes, lookups: bytes = b"") -> None:
        """Receive `count` checked current rows whose ids ascend from the first to the last of `ids`, and optionally
        the rows of the kind's lookup table."""
        first, last = ids
        if kind is not self._kind:
            self._write_last_row()
            self._begin(kind)
        elif first <= self._id:
            raise NotStreamableError
        self._append(kind.current, rows)
        if lookups and kind.lookup:
            self._append(kind.lookup, lookups)
            self.filled.add(kind.lookup)
        self.counts[kind] += count
        self._id = last

    def note_missing_changesets(self) -> None:
        """Note that some elements name neither changeset nor author."""
        self._without_changeset(0)

    def _write_last_row(self) -> None:
        """Write the last row as current: no later element can supersede it."""
        if self._kind and self._row:
            self._append(self._kind.current, self._row)
            self._row = b""

    def _begin(self, kind: Kind) -> None:
        previous, self._kind = self._kind, kind
        self._current = self._buffers.setdefault(kind.current, bytearray())
        if previous:
            self._flush(previous.old)
            self._flush(previous.current)
            self._flush(previous.lookup or previous.current)
            self._on_kind_done(previous)
        for skipped in self._kinds:
            if skipped is kind:
                return
            self._on_kind_done(skipped)
        raise NotStreamableError


class StagedSink(Sink):
    """Writes all versions into temporary tables, in any order.

    What the file leaves out is marked, so that the merge does not take it for a difference: as the time `-infinity`,
    the position NO_POSITION, the changeset -uid.
    """

    _no_position = (NO_POSITION, NO_POSITION)

    def _without_changeset(self, uid: int) -> int:
        return -uid

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        self._append(kind.staged, row)
