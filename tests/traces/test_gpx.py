"""What of a GPX document is imported: only its own elements, at their place, with times in many notations."""

import gzip
from typing import Any

import pytest

from apps.traces import points
from apps.traces.downloads import download
from apps.traces.models import Trace
from apps.traces.times import seconds_of
from apps.users.models import User
from tests.traces.files import POINT, TIME, gpx, imported, point, tarred, zipped
from tests.users.conftest import Mails, mails  # noqa: F401

pytestmark = pytest.mark.django_db
State = Trace.State

NOON = 1577934245
"""The time of `TIME`."""


def details(trace: Trace) -> list[tuple[int, int, float]]:
    assert trace.state == State.IMPORTED, trace.failure
    return points.read(trace.pk)[1].tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "foreign",
    [
        '<extensions><x:a xmlns:x="urn:x"><x:time>2001-01-01T00:00:00Z</x:time><x:ele>9</x:ele></x:a></extensions>',
        "<extensions><time>2001-01-01T00:00:00Z</time><ele>9</ele></extensions>",
        "<extensions><trkpt><time>2001-01-01T00:00:00Z</time></trkpt></extensions>",
        '<x:time xmlns:x="urn:x">2001-01-01T00:00:00Z</x:time><x:ele xmlns:x="urn:x">9</x:ele>',
        '<time xmlns="urn:x">2001-01-01T00:00:00Z</time>',
        "<undeclared:time>2001-01-01T00:00:00Z</undeclared:time><undeclared:ele>9</undeclared:ele>",
        "<link><time>2001-01-01T00:00:00Z</time></link>",
        "<cmt>a <ele>9</ele></cmt>",
    ],
)
def test_only_the_points_own_time_and_elevation_count(foreign: str, alice: User) -> None:
    own = f"<ele>450.5</ele>{TIME}"
    trace = imported(alice, gpx(point(47.1, 9.5, own + foreign) + point(47.2, 9.5, foreign + own)))
    assert details(trace) == [(NOON, 0, 450.5), (NOON, 0, 450.5)]
    assert trace.remarks == ""


def test_points_in_extensions_and_of_other_formats_are_no_points(alice: User) -> None:
    extra = f'<extensions>{POINT}</extensions><x:trkpt xmlns:x="urn:x" lat="1" lon="1">{TIME}</x:trkpt>'
    document = gpx(POINT).replace(b"</trk>", extra.encode() + b"</trk>")
    assert imported(alice, document).size == 1


@pytest.mark.parametrize(
    "root",
    [
        "<gpx>",
        '<gpx version="1.0" xmlns="http://www.topografix.com/GPX/1/0">',
        '<gpx version="1.1" xmlns="https://www.topografix.com/GPX/1/1">',
        '<gpx version="1.1" xmlns="urn:something-else">',
    ],
)
def test_any_version_of_gpx_is_read_with_and_without_a_namespace(root: str, alice: User) -> None:
    trk = gpx(POINT, POINT).partition(b"<trk>")
    assert len(details(imported(alice, root.encode() + trk[1] + trk[2]))) == 2


def test_an_inner_declaration_of_the_namespace_of_gpx_is_understood(alice: User) -> None:
    inside = f'<trkseg xmlns="http://www.topografix.com/GPX/1/1">{POINT}</trkseg>'
    assert imported(alice, f"<gpx><trk>{inside}</trk></gpx>".encode()).size == 1


def test_elements_whose_program_forgot_the_namespace_are_understood(alice: User) -> None:
    document = gpx(POINT, POINT).replace(b"<trk>", b'<trk xmlns="">')
    assert imported(alice, document).size == 2


def test_segments_are_counted_around_extensions_that_declare_namespaces(alice: User) -> None:
    inside = f'{TIME}<extensions><x:a xmlns:x="urn:x"><x:trkseg/></x:a></extensions>'
    trace = imported(alice, gpx(*[point(47.1, 9.5, inside)] * 3))
    assert [segment for _time, segment, _ele in details(trace)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2019-05-05T24:00:00Z", "2019-05-06T00:00:00Z"),
        ("2019-5-5T1:2:3Z", "2019-05-05T01:02:03Z"),
        ("2019-05-05T10:00:00z", "2019-05-05T10:00:00Z"),
        ("2019-05-05t10:00:00Z", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00UTC", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00 GMT", "2019-05-05T10:00:00Z"),
        ("2019-05-05 10:00:00 CEST", "2019-05-05T08:00:00Z"),
        ("2019-05-05T10:00:00 XYZ", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00", "2019-05-05T10:00:00Z"),
        ("2019-05-05", "2019-05-05T00:00:00Z"),
        ("2019-05-05T10:00:00.999Z", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00,5z", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00.Z", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00.1234567890Z", "2019-05-05T10:00:00Z"),
        ("2019-05-05T10:00:00+0200", "2019-05-05T08:00:00Z"),
        ("2019-05-05T10:00:00 +02:00", "2019-05-05T08:00:00Z"),
        ("2019-5-5 1:02:03-5", "2019-05-05T06:02:03Z"),
        ("2019/05/06 10:00:00", "2019-05-06T10:00:00Z"),
        ("20190505T100000Z", "2019-05-05T10:00:00Z"),
        ("20190505100000", "2019-05-05T10:00:00Z"),
        ("2019-05-06 10:00:00 PM", "2019-05-06T22:00:00Z"),
        ("Sun May  5 10:00:00 2019", "2019-05-05T10:00:00Z"),
        ("Sun May 05 10:00:00 CEST 2019", "2019-05-05T08:00:00Z"),
        ("Sun, 05 May 2019 10:00:00 GMT", "2019-05-05T10:00:00Z"),
        ("5 May 2019 10:00 EST", "2019-05-05T15:00:00Z"),
        ("06.05.2019 10:00:00", "2019-05-06T10:00:00Z"),
        ("Mon May 06 10:00:00 GMT+02:00 2019", "2019-05-06T08:00:00Z"),
        ("Mon, 06 May 2019 10:00:00 UTC-3", "2019-05-06T13:00:00Z"),
        ("19-05-06T10:00:00Z", "2019-05-06T10:00:00Z"),
        ("06.05.19 10:00:00", "2019-05-06T10:00:00Z"),
        ("06/05/2019 10:00:00", "2019-05-06T10:00:00Z"),
        (" \n 2019-05-05T10:00:00Z\t", "2019-05-05T10:00:00Z"),
    ],
)
def test_times_are_read_in_every_notation(text: str, meant: str, alice: User) -> None:
    expected = seconds_of(meant)
    trace = imported(alice, gpx(point(47.1, 9.5, f"<time>{text}</time>")))
    assert details(trace) == [(expected, 0, 0.0)]
    assert trace.remarks == ""


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "10:00:00",
        "May 2019",
        "Sunday",
        "1557050400",
        "1557050400000",
        "2019-05-05T25:00:00Z",
        "2019-05-05T24:00:01Z",
        "2019-05-05T10:60:00Z",
        "2019-05-05T10:00:61Z",
        "2019-02-30T10:00:00Z",
        "2019-05-05T10:00:00+99:00",
        "32.13.2019",
        "294277-01-01T00:00:00Z",
        "0001-01-01T00:00:00+09:00",
        "9" * 200,
        "(" * 90,
        "1" + ".1" * 40,
        "²019-05-05T10:00:00Z",
    ],
)
def test_what_is_not_a_time_is_left_out_and_quoted(text: str, alice: User) -> None:
    trace = imported(alice, gpx(POINT + point(47.1, 9.5, f"<time>{text}</time>")))
    assert (trace.size, trace.points_read) == (1, 2)
    assert trace.remarks == f"1 point was left out because its time cannot be read: {text[:100]}"


def test_the_owner_is_told_what_was_left_out(alice: User, mails: Mails) -> None:  # noqa: F811
    bad = point(47.1, 9.5, "") * 2 + point(47.1, 9.5, "<time> </time>") + point(91, 0) + point("", "") * 2
    bad += point(47.1, 9.5, "<time>soon</time>") + point(47.1, 9.5, "<time>later</time>")
    document = gpx(POINT + bad).replace(
        b"<trk>", b'<wpt lat="1" lon="1"/><rte><rtept lat="1" lon="1"/></rte><trk>'
    )
    expected = [
        "3 points were left out because they have no time.",
        "2 points were left out because their times cannot be read. The first one: soon",
        "3 points were left out because they have no position in the world.",
        "Only tracks are imported, and no waypoints (1) and routes (1).",
    ]
    trace = imported(alice, document)
    assert trace.remarks.splitlines() == expected
    assert trace.points_read - (trace.size or 0) == 8
    (received,) = mails()
    assert all(line in received.text for line in expected)


def test_the_owner_of_a_failed_trace_is_told_too(alice: User) -> None:
    trace = imported(alice, gpx(point(47.1, 9.5, "")))
    assert trace.failure == "0 points parsed ok. Do they all have lat,lng,alt,timestamp?"
    assert trace.remarks == "1 point was left out because it has no time."


def test_files_that_are_no_gpx_are_passed_over_and_named(alice: User) -> None:
    files = {
        "readme.txt": b"hello",
        "track.gpx": gpx(POINT),
        "index.html": b"<!DOCTYPE html><html><br></html>",
        "place.kml": b"<kml><Placemark/></kml>",
        "empty.gpx": b"",
        "photos/a.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
        "inner.zip": zipped({"b.gpx": gpx(POINT)}),
        "._track.gpx": b"\0\1",
        ".DS_Store": b"\0\1",
    }
    for archive in (zipped(files), tarred(files)):
        trace = imported(alice, archive)
        assert (trace.state, trace.size) == (State.IMPORTED, 1)
        names = "readme.txt, index.html, place.kml, empty.gpx, a.jpg and 1 more"
        assert trace.remarks == f"Not GPX, and passed over: {names}"
        assert b"".join(download(trace, "gpx", None).content).startswith(b"<?xml")


def test_an_archive_without_gpx_fails_and_names_its_files(alice: User) -> None:
    trace = imported(alice, zipped({"readme.txt": b"hello"}))
    assert trace.state == State.FAILED
    assert trace.failure.startswith("The XML cannot be read")
    assert trace.remarks == "Not GPX, and passed over: readme.txt"


def test_a_damaged_gpx_document_in_an_archive_is_a_failure(alice: User) -> None:
    trace = imported(alice, zipped({"a.gpx": gpx(POINT), "b.gpx": gpx(POINT)[:-20]}))
    assert trace.state == State.FAILED


ENCODINGS = [
    *[
        (name, "\u6771\u4eac\u8868")
        for name in ("Shift_JIS", "x-sjis", "Windows-31J", "EUC-JP", "ISO-2022-JP")
    ],
    *[(name, "\u5317\u4eac") for name in ("GB2312", "gbk", "GB18030", "Big5", "hz-gb-2312")],
    *[(name, "\uc11c\uc6b8") for name in ("EUC-KR", "cp949", "ISO-2022-KR")],
    ("KOI8-R", "\u041c\u043e\u0441\u043a\u0432\u0430"),
]


def in_encoding(name: str, text: str) -> bytes:
    named = gpx(f"<!-- {text} -->{POINT}" * 20_000).decode()
    return named.replace("UTF-8", name).encode(
        name.removeprefix("x-").replace("hz-gb-2312", "hz").replace("Windows-31J", "cp932")
    )


@pytest.mark.parametrize(("name", "text"), ENCODINGS)
def test_a_document_is_read_in_the_encoding_that_it_declares(name: str, text: str, alice: User) -> None:
    trace = imported(alice, in_encoding(name, text))
    assert (trace.size, trace.failure) == (20_000, "")


def test_bytes_that_the_declared_encoding_does_not_have_do_no_harm(alice: User) -> None:
    document = in_encoding("Shift_JIS", "A").replace(b"<!-- A -->", b"<!-- \xff\xa0\xfd -->")
    assert imported(alice, document).size == 20_000


@pytest.mark.parametrize("name", ["zlib", "idna", "utf-7", "rot13", "no-such-encoding", "punycode"])
def test_codecs_that_are_no_encodings_of_documents_are_refused(name: str, alice: User) -> None:
    trace = imported(alice, gpx(POINT).replace(b"UTF-8", name.encode()))
    assert trace.state == State.FAILED or trace.size == 1


def test_a_document_in_another_encoding_has_the_same_limits(alice: User, settings: Any) -> None:
    settings.MAX_TRACE_UPLOAD_SIZE = 200_000
    bomb = in_encoding("GBK", "\u4eac" * 100)
    assert "larger than" in imported(alice, gzip.compress(bomb)).failure
    settings.MAX_TRACE_UPLOAD_SIZE = 100_000_000
    token = gpx(POINT).decode().replace("UTF-8", "GBK").replace("<trk>", f"<!-- {'x' * 3_000_000} --><trk>")
    assert "more than a million" in imported(alice, token.encode()).failure
