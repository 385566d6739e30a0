"""Damaged and malicious uploads: each fails with a reason, fast, and in little memory."""

import bz2
import gzip
import io
import lzma
import resource
import struct
import tarfile
import zipfile
import zlib

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from apps.traces import importer
from apps.traces.archives import documents, suffix_of
from apps.traces.errors import BadTraceError
from apps.traces.gpx import Reader
from apps.traces.models import Trace, TraceChunk
from apps.users.models import User
from tests.traces.files import FORMS, POINT, gpx, imported, point, tarred, upload, zipped

GOOD = gpx(POINT)
ZERO_POINTS = "0 points parsed ok. Do they all have lat,lng,alt,timestamp?"
NOT_XML = "The XML cannot be read"
DAMAGED = "The archive is damaged"
NESTED = "It is an archive within an archive"
TOO_LARGE = "is larger than 20000000 bytes when unpacked"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 10
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def bomb(start: bytes = b"", size: int = 10_000_000_000, filler: bytes = b" ") -> bytes:
    """Return a gzip file that unpacks to so many bytes, by repeating one compressed million."""
    million = filler * 1_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    file = packer.compress(start + million) + packer.flush(zlib.Z_FULL_FLUSH)
    repeated = packer.compress(million) + packer.flush(zlib.Z_FULL_FLUSH)
    return file + repeated * min(size // 1_000_000, 10_000)


def with_header(name: str, size: int | bytes, kind: bytes = b"0", content: bytes = b"") -> bytes:
    """Return a tar with a header built by hand."""
    field = size if isinstance(size, bytes) else b"%011o\0" % size
    header = bytearray(512)
    header[: len(name)] = name.encode()
    header[124:136], header[148:156], header[156:157] = field, b" " * 8, kind
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)


def zip_of(name: str, content: bytes, **changes: int) -> bytes:
    """Return a zip whose only entry has wrong fields."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for field, value in changes.items():
            setattr(archive.filelist[0], field, value)
    return file.getvalue()


def long_directory() -> bytes:
    file = zipped({"a.gpx": GOOD})
    return file[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 2_000_000, len(file) - 22, 0)


def zip64_directory() -> bytes:
    file = zipped({"a.gpx": GOOD})
    return file[:-22] + struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1) + file[-22:]


def encrypted() -> bytes:
    file = bytearray(zipped({"a.gpx": GOOD}))
    file[file.index(b"PK\1\2") + 8] |= 1
    return bytes(file)


CASES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", NOT_XML),
    "one byte": (b"<", NOT_XML),
    "spaces": (b" " * 100_000, NOT_XML),
    "a picture": (PICTURE, NOT_XML),
    "a picture in a zip": (zipped({"a.jpg": PICTURE}), NOT_XML),
    "a picture in a tar": (tarred({"b.jpg": PICTURE}), NOT_XML),
    "another format": (lzma.compress(GOOD), NOT_XML),
    "JSON": (b'{"type": "FeatureCollection"}', NOT_XML),
    "other XML": (b"<kml><Placemark/></kml>", ZERO_POINTS),
    "XML that is incomplete": (GOOD[:-20], NOT_XML),
    "XML with a NUL": (GOOD.replace(b"<trk>", b"<trk>\0"), NOT_XML),
    "XML with an invalid byte": (GOOD.replace(b"<trk>", b"<trk>\xff"), NOT_XML),
    "XML after the end": (GOOD + GOOD, NOT_XML),
    "an unknown encoding": (GOOD.replace(b"UTF-8", b"UTF-777"), NOT_XML),
    "an encoding of many bytes": (GOOD.replace(b"UTF-8", b"utf-7"), NOT_XML),
    "an undefined entity": (GOOD.replace(b"47.1", b"&a;"), NOT_XML),
    "a document type": (GOOD.replace(b"?>", b"?><!DOCTYPE gpx>"), "document type"),
    "an entity bomb": (GOOD.replace(b"?>", f"?><!DOCTYPE g [{LAUGHS}]>".encode(), 1), "document type"),
    "an external entity": (
        GOOD.replace(b"?>", b'?><!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "document type",
    ),
    "a tag that does not end": (b"<gpx " + b"a" * 3_000_000, "tag of more than a million characters"),
    "an attribute that does not end": (bomb(b'<gpx a="'), "tag of more than a million characters"),
    "a comment that does not end": (bomb(b"<gpx><!-- "), "tag of more than a million characters"),
    "deep nesting": (gzip.compress(b"<a>" * 1_000_000), "nested too deeply"),
    "no points": (gpx(), ZERO_POINTS),
    "only waypoints": (b'<gpx><wpt lat="1" lon="1"><time>2020-01-01</time></wpt></gpx>', ZERO_POINTS),
    "no times": (gpx('<trkpt lat="1" lon="1"/>' * 100), ZERO_POINTS),
    "only latitude 91": (gpx(point(91, 9)), ZERO_POINTS),
    "only NaN": (gpx(point("NaN", "nan")), ZERO_POINTS),
    "only impossible years": (gpx(point(1, 1, "<time>300000-01-01T00:00:00Z</time>")), ZERO_POINTS),
    "a time of a million characters": (gpx(point(1, 1, f"<time>{'2' * 900_000}</time>")), ZERO_POINTS),
    "too many points": (gpx(POINT * 1001), "It has more than 1000 track points"),
    "ten gigabytes of zeros": (bomb(filler=b"\0"), NOT_XML),
    "ten gigabytes of spaces": (bomb(b"<gpx>"), TOO_LARGE),
    "a gzip that is incomplete": (gzip.compress(GOOD * 100)[:60], "cannot be unpacked"),
    "a gzip of nothing": (b"\x1f\x8b", "cannot be unpacked"),
    "a gzip followed by noise": (gzip.compress(GOOD) + PICTURE, "cannot be unpacked"),
    "a gzip in gzips": (gzip.compress(gzip.compress(gzip.compress(gzip.compress(GOOD)))), NESTED),
    "a bzip2 that is incomplete": (bz2.compress(GOOD * 100)[:60], "cannot be unpacked"),
    "a bzip2 of noise": (b"BZh9" + PICTURE, "cannot be unpacked"),
    "a bzip2 bomb": (bz2.compress(b"<gpx>" + b" " * 30_000_000), TOO_LARGE),
    "a zip bomb": (zipped({"a.gpx": b"<gpx>" + b" " * 30_000_000}), TOO_LARGE),
    "a zip of many parts of a bomb": (
        zipped({f"{n}.gpx": b"<gpx>" + b" " * 3_000_000 + b"</gpx>" for n in range(10)}),
        TOO_LARGE,
    ),
    "a zip of nothing": (zipped({}), ZERO_POINTS),
    "a zip that is incomplete": (zipped({"a.gpx": GOOD})[:-30], "cannot be unpacked"),
    "a zip with a wrong checksum": (zip_of("a.gpx", GOOD, CRC=1), "cannot be unpacked"),
    "a zip with a wrong offset": (zip_of("a.gpx", GOOD, header_offset=3), "cannot be unpacked"),
    "a zip with too many entries": (zipped({str(n): b"" for n in range(1001)}), "more than 1000 files"),
    "a zip with a large directory": (long_directory(), "more than 1000 files"),
    "a zip with a ZIP64 directory": (zip64_directory(), "more than 1000 files"),
    "a zip with another compression method": (
        zipped({"a.gpx": GOOD}, zipfile.ZIP_BZIP2),
        "unsupported compression method",
    ),
    "an encrypted zip": (encrypted(), "encrypted"),
    "a zip in a zip": (zipped({"a.zip": zipped({"a.gpx": GOOD})}), NESTED),
    "a zip in a tar": (tarred({"a.zip": zipped({"a.gpx": GOOD})}), NESTED),
    "a tar that is incomplete": (tarred({"a.gpx": gpx(POINT * 100)})[:1024], "incomplete"),
    "a tar of noise": (tarred({"a.gpx": GOOD})[:1024] + PICTURE, DAMAGED),
    "a tar with an invalid size": (with_header("a", b"9999999999x\0"), DAMAGED),
    "a tar with a size in binary": (with_header("a", b"\x80" + b"\xff" * 11), DAMAGED),
    "a tar with a file larger than itself": (
        with_header("a", 8_000_000_000, content=GOOD.ljust(512)),
        "incomplete",
    ),
    "a tar with too many entries": (tarred({str(n): GOOD for n in range(1001)}), "more than 1000 files"),
    "a tar of links without end": (with_header("a", 0, b"2") * 5000, DAMAGED),
    "a tar with a name of gigabytes": (
        bomb(with_header("././@LongLink", 8_000_000_000, b"L"), filler=b"a"),
        TOO_LARGE,
    ),
    "a tar of tars of tars": (tarred({"a": tarred({"a": tarred({"a": tarred({"a": GOOD})})})}), NESTED),
}


@pytest.fixture(autouse=True)
def _limits(settings: LazySettings) -> None:
    settings.MAX_TRACE_UPLOAD_SIZE = 2_000_000
    settings.MAX_TRACE_SIZE = 1000


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_a_hostile_upload_fails_with_a_reason_in_little_memory(
    case: str, alice: User, settings: LazySettings
) -> None:
    content, reason = CASES[case]
    settings.MAX_TRACE_UPLOAD_SIZE = 20_000_000
    trace = upload(alice, content)
    settings.MAX_TRACE_UPLOAD_SIZE = 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    importer.run(trace.pk)
    trace.refresh_from_db()
    assert trace.state == Trace.State.FAILED
    assert reason in trace.failure
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert TraceChunk.objects.count() == 0


@pytest.mark.django_db
def test_a_good_upload_after_a_hostile_one_is_imported(alice: User) -> None:
    assert imported(alice, CASES["a zip bomb"][0]).state == Trace.State.FAILED
    assert imported(alice, GOOD).state == Trace.State.IMPORTED


@pytest.mark.django_db
def test_names_links_and_folders_in_a_tar_are_skipped(alice: User) -> None:
    for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT):
        name = "ü" * 40 if kind == tarfile.USTAR_FORMAT else "ü" * 90 + "/../../etc/passwd"
        assert imported(alice, tarred({name: GOOD, "/etc/shadow": GOOD}, kind)).size == 2
    links = with_header("a", 0, b"1") + with_header("b", 0, b"5") + tarred({"c": GOOD})
    assert imported(alice, links).size == 1


def outcome(content: bytes) -> str | int:
    """Return the count of points in a file, or why it cannot be read."""
    file, reader = io.BytesIO(content), Reader()
    assert suffix_of(file).startswith((".gpx", ".tar", ".zip"))
    file.seek(0)
    try:
        for document in documents(file):
            reader.read(document)
    except BadTraceError as error:
        return str(error)
    return len(reader.points)


DOCUMENT = gpx(POINT * 20, POINT)


@given(
    form=st.sampled_from(sorted(FORMS)),
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), max_size=4),
    end=st.integers(0, 10_000),
)
@examples(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused(form: str, damage: list[tuple[int, bytes]], end: int) -> None:
    content = bytearray(FORMS[form](DOCUMENT))
    for place, noise in damage:
        start = place % len(content)
        content[start : start + len(noise)] = noise
    found = outcome(bytes(content[: len(content) - end % len(content)]))
    assert found if isinstance(found, str) else found <= 21


@given(st.binary(max_size=2000))
@examples(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(content: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08", b"BZh9", b"PK\3\4", b"PK\5\6", b"<gpx>"):
        assert outcome(start + content) != ""


def test_unpacking_stops_at_the_limit(settings: LazySettings) -> None:
    settings.MAX_TRACE_UPLOAD_SIZE = 1000
    taken: list[int] = []

    def unpack() -> None:
        for document in documents(io.BytesIO(bomb())):
            while piece := document.read():
                taken.append(len(piece))

    with pytest.raises(BadTraceError):
        unpack()
    assert 0 < sum(taken) <= 10_000
