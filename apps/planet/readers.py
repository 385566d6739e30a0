"""Reads files of any supported format.

PBF and OPL are read with pyosmium (`osmium_reader.py`), XML by `xml_reader.py`: pyosmium passes on neither discussions
nor `changes_count`, refuses the id 9223372036854775807 and takes a missing attribute for a zero.
"""

import bz2
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from .errors import BadFileError
from .sink import Sink
from .xml_reader import XmlReader

_XML_CHUNK = 1 << 16
_START = 512
_PACKED = {
    b"PK\3\4": "zip",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    # Within gzip or bzip2.
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
}
"""The beginnings of files that have to be unpacked first."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\0<")
"""The beginnings of documents in UTF-16; the little-endian one without a mark begins with `<`."""

Position = Callable[[], float | None]
"""Returns how much of the file has been read, from 0 to 1; None if unknown."""


def read_file(path: Path, sink: Sink, on_start: Callable[[Position], None]) -> None:
    """Push all elements of the file into the sink, after passing the file's position to `on_start`.

    Raises ImportFailedError.
    """
    try:
        with path.open("rb") as file, _open_unpacked(file) as content:
            start = content.read(_START)
            content.seek(0)
            size = path.stat().st_size
            if not start:
                raise BadFileError(_("the file is empty"))
            if packed := _packing(start):
                raise BadFileError(
                    _("packed with %s: unpack it first; OSM XML may be packed once, with gzip or bzip2")
                    % packed
                )
            if start.startswith(_UTF16) or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                on_start(lambda: 1.0 if file.closed else file.tell() / size)
                reader = XmlReader(sink)
                while chunk := content.read(_XML_CHUNK):
                    reader.feed(chunk)
                reader.close()
                return
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadFileError(_("the file is damaged or cut off: %s") % error) from None
    except OSError as error:
        raise BadFileError(_("the file cannot be read: %s") % (error.strerror or error)) from None
    on_start(lambda: _position(path, size))
    # Imported only where it is needed: that takes as long as loading a village.
    from .osmium_reader import read_with_osmium

    read_with_osmium(path, sink)


def _open_unpacked(file: IO[bytes]) -> IO[bytes]:
    magic = file.read(3)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    return bz2.BZ2File(file) if magic == b"BZh" else file


def _packing(start: bytes) -> str | None:
    """Return what the file, or its content, is packed with that is not unpacked here."""
    if start[257:262] == b"ustar":
        return "tar"
    return next((name for magic, name in _PACKED.items() if start.startswith(magic)), None)


def _position(path: Path, size: int) -> float | None:
    """Return how far libosmium has read. It does not tell, but Linux does."""
    try:
        for descriptor in Path("/proc/self/fd").iterdir():
            if descriptor.exists() and descriptor.samefile(path):
                info = Path("/proc/self/fdinfo", descriptor.name).read_text()
                return int(info.split("\n", 1)[0].removeprefix("pos:")) / size
    except (OSError, ValueError):
        pass
    return None
