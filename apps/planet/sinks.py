"""The two ways into the database: straight into empty tables, or through temporary ones."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from apps.elements.rows import microseconds, pack_owner, without_tile

from .errors import BadElementError, NotStreamableError
from .pump import Pump
from .records import NO_POSITION
from .sink import CHUNK, Sink
from .tables import NODE, RELATION, WAY, Kind


class SortedSink(Sink):
    """Writes into the final, empty tables. The elements must come by type, id and version; then the version
    that the next element does not supersede is current, and nothing but the last row is held."""

    def __init__(
        self,
        pump: Pump,
        now: int,
        on_kind_done: Callable[[Kind], None],
    ) -> None:
        super().__init__(pump)
        self._absent_time = microseconds(now)
        self._on_kind_done = on_kind_done
        self._kinds: Iterable[Kind] = iter((NODE, WAY, RELATION))
        self._kind: Kind | None = None
        self._id = self._version = 0
        self._row = b""
        self._current = bytearray()

    def finish(self) -> None:
        self._settle()
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
            self._append("staged_owners", pack_owner(0, 0))
        return 0

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        if kind is not self._kind:
            self._settle()
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

    def _settle(self) -> None:
        """No element follows that could supersede the last one."""
        if self._kind and self._row:
            self._append(self._kind.current, self._row)
            self._row = b""

    def _begin(self, kind: Kind) -> None:
        previous, self._kind = self._kind, kind
        self._current = self._buffers.setdefault(kind.current, bytearray())
        if previous:
            self._flush(previous.old)
            self._flush(previous.current)
            self._on_kind_done(previous)
        for skipped in self._kinds:
            if skipped is kind:
                return
            self._on_kind_done(skipped)
        raise NotStreamableError


class StagedSink(Sink):
    """Writes every version into temporary tables, in any order.

    What the file does not say is kept as such, so that the merge can tell it from a difference: the time
    `-infinity`, the position 2**31 - 1, the changeset -uid.
    """

    _no_position = (NO_POSITION, NO_POSITION)

    def _without_changeset(self, uid: int) -> int:
        return -uid

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        self._append(kind.staged, row)
