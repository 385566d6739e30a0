"""The documents in an uploaded file: plain, compressed, or several in an archive, recognized by their content.

Nothing is unpacked to the disk, and the file names of an archive are only shown to the owner. Memory stays small, and
the unpacked size is limited, whatever the file claims (upstream behaviour 1.14.1).
"""

import bz2
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from apps.osm.elements import strip_unwritable

from .errors import BadTraceError

MOST_ENTRIES = 1000
DEEPEST = 3
"""How many layers may be nested; a tar in a gzip has two."""
_EXPANSION = 10
"""How many times the largest upload a file may have when unpacked."""
_BLOCK = 512
_LARGEST_DIRECTORY = 1_000_000
_CHUNK = 64 * 1024
_LONGEST_NAME = 60
_SUFFIXES = {"gzip": ".gz", "bzip2": ".bz2", "zip": ".zip", "tar": ".tar", "plain": ".gpx"}


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Stream:
    """The bytes of a source; `head` looks at the beginning without reading past it.

    `name` is that of a file in an archive, else empty; `is_archive` tells that the file is an archive itself, nested too
    deeply to be read.
    """

    def __init__(self, source: Source, budget: "Budget | None" = None, name: str = "") -> None:
        self._source, self._budget, self._ahead = source, budget, b""
        self.name, self.is_archive = name, False

    def read(self, size: int = _CHUNK, /) -> bytes:
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data or self._more(size)

    def head(self) -> bytes:
        """Return the first block without consuming it."""
        while len(self._ahead) < _BLOCK and (more := self._more(_BLOCK - len(self._ahead))):
            self._ahead += more
        return self._ahead[:_BLOCK]

    def take(self, size: int) -> bytes:
        """Read exactly so many bytes, or fewer at the end."""
        taken = b""
        while len(taken) < size and (more := self.read(size - len(taken))):
            taken += more
        return taken

    def _more(self, size: int) -> bytes:
        with bad_trace_errors():
            data = self._source.read(min(size, _CHUNK))
        if self._budget:
            self._budget.spend(len(data))
        return data


class Budget:
    """How many bytes, and how many entries of archives, may still be unpacked from a file."""

    def __init__(self) -> None:
        self.bytes = self.limit = settings.MAX_TRACE_UPLOAD_SIZE * _EXPANSION
        self.entries = MOST_ENTRIES

    def spend(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise BadTraceError(_("It is larger than {limit} bytes when unpacked.").format(limit=self.limit))

    def enter(self) -> None:
        self.entries -= 1
        if self.entries < 0:
            raise BadTraceError(_("It holds more than {limit} files.").format(limit=MOST_ENTRIES))


def documents(file: IO[bytes]) -> Iterator[Stream]:
    """Yield the documents in a file, each to be read before the next. Raises BadTraceError, also while reading one."""
    return _documents(Stream(file), file, Budget(), 0)


@contextmanager
def bad_trace_errors() -> Iterator[None]:
    """Turn the errors of the decompressors into a BadTraceError."""
    try:
        yield
    except (
        EOFError,
        OSError,
        zlib.error,
        zipfile.BadZipFile,
        RuntimeError,
        ValueError,
        struct.error,
    ) as error:
        # NotImplementedError (of zipfile) is a RuntimeError.
        raise BadTraceError(_("It cannot be unpacked: {error}").format(error=error)) from None


def suffix_of(file: Any) -> str:
    """Return the file name suffix for the content: `.gpx` or `.tar`, also with `.gz` or `.bz2`, or `.zip`."""
    file.seek(0)
    stream = Stream(file)
    kind = _kind(stream.head())
    if kind not in {"gzip", "bzip2"}:
        return _SUFFIXES[kind]
    try:
        inside = _kind(Stream(_unpacker(kind, stream)).head())
    except BadTraceError:
        inside = "plain"
    return (".tar" if inside == "tar" else ".gpx") + _SUFFIXES[kind]


def is_markup(head: bytes) -> bool:
    """Return whether a document that begins like this may be XML."""
    return (
        head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    )


def _documents(stream: Stream, seekable: Any, budget: Budget, depth: int) -> Iterator[Stream]:
    kind = _kind(stream.head())
    stream.is_archive = kind != "plain" and (depth == DEEPEST or (kind == "zip" and seekable is None))
    if kind == "plain" or stream.is_archive:
        yield stream
        return
    if kind in {"gzip", "bzip2"}:
        parts: Iterator[Stream] = iter([Stream(_unpacker(kind, stream), budget, stream.name)])
    else:
        parts = _tar(stream) if kind == "tar" else _zip(seekable, budget)
    for part in parts:
        if kind in {"tar", "zip"}:
            budget.enter()
        yield from _documents(part, None, budget, depth + 1)


def _kind(head: bytes) -> str:
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh"):
        return "bzip2"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return "zip"
    return "tar" if _is_tar(head) else "plain"


def _unpacker(kind: str, stream: Stream) -> Source:
    """Return a decompressor of the standard library, which reads and unpacks only as much as it has to."""
    source: Any = stream
    return gzip.GzipFile(fileobj=source) if kind == "gzip" else bz2.BZ2File(source)


def _is_tar(head: bytes) -> bool:
    """Return whether this is the header of a tar, whose checksum counts itself as spaces."""
    try:
        checksum = _number(head[148:156])
    except BadTraceError:
        return False
    return len(head) == _BLOCK and head[0] != 0 and checksum == sum(head) - sum(head[148:156]) + 8 * ord(" ")


class _Entry:
    """A file in a tar: the next so many bytes of the stream."""

    def __init__(self, stream: Stream, size: int) -> None:
        self.stream, self.left = stream, size

    def read(self, size: int, /) -> bytes:
        data = self.stream.read(min(size, self.left)) if self.left else b""
        if self.left and not data:
            raise BadTraceError(_("The archive is incomplete."))
        self.left -= len(data)
        return data


def _tar(stream: Stream) -> Iterator[Stream]:
    """Yield the regular files of a tar. Names, links and other kinds of entries are skipped."""
    entries = MOST_ENTRIES * 3
    while (header := stream.take(_BLOCK)) and any(header):
        entries -= 1
        if not _is_tar(header) or entries < 0:
            raise BadTraceError(_("The archive is damaged."))
        size = _number(header[124:136])
        entry = _Entry(stream, size)
        name = _shown(header[:100].partition(b"\0")[0].decode(errors="replace"))
        if header[156:157] in {b"0", b"\0", b"7"} and not _is_of_system(name):
            yield Stream(entry, name=name)
        while entry.read(_CHUNK):
            pass
        stream.take(-size % _BLOCK)


def _number(field: bytes) -> int:
    """Return a number of a tar's header: octal digits. Binary numbers, for files over 8 GB, are refused."""
    digits = field.strip(b" \0")
    if not all(48 <= digit < 56 for digit in digits):
        raise BadTraceError(_("The archive is damaged."))
    return int(digits or b"0", 8)


def _zip(file: Any, budget: Budget) -> Iterator[Stream]:
    with bad_trace_errors():
        _check_directory(file)
        archive = zipfile.ZipFile(file)
    for info in archive.infolist():
        name = _shown(info.filename)
        if info.is_dir() or info.filename.startswith("__MACOSX/") or _is_of_system(name):
            continue
        # Of the other methods, one needs unlimited memory, and one unpacks more than it is asked for.
        if info.flag_bits & 1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            problem = _("The archive is encrypted, or uses an unsupported compression method.")
            raise BadTraceError(problem).inside(name)
        with bad_trace_errors():
            entry = archive.open(info)
        yield Stream(entry, budget, name)


def _shown(path: str) -> str:
    """Return the name of a file in an archive as it may be shown: without folders and control characters."""
    return strip_unwritable(path.rpartition("/")[2])[:_LONGEST_NAME] or "?"


def _is_of_system(name: str) -> bool:
    """Return whether macOS has added the file by itself."""
    return name.startswith("._") or name == ".DS_Store"


def _check_directory(file: Any) -> None:
    """Refuse large directories, which zipfile reads completely (section 4.3.16 of the ZIP specification)."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - 65_600))
    tail = file.read()
    position = tail.rfind(b"PK\5\6")
    if position < 0 or len(tail) - position < 22:
        raise zipfile.BadZipFile("no central directory")
    entries, size = struct.unpack_from("<HI", tail, position + 10)
    # A locator before it points to a ZIP64 directory, which can be larger.
    if (
        entries > MOST_ENTRIES
        or size > _LARGEST_DIRECTORY
        or tail[max(0, position - 20) : position][:4] == b"PK\6\7"
    ):
        raise BadTraceError(_("It holds more than {limit} files.").format(limit=MOST_ENTRIES))
