"""Imports of uploads: points, pictures and notices."""

import io
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from PIL import Image

from apps.notifications.models import Notice
from apps.traces import actions, importer, points
from apps.traces.errors import InvalidTraceError
from apps.traces.models import Trace, TraceChunk
from apps.traces.pictures import draw
from apps.users.models import User, UserPreference
from tests.traces.files import FORMS, POINT, gpx, imported, point, tarred, upload, zipped

pytestmark = pytest.mark.django_db
State = Trace.State

WALK = gpx(
    point(47.1, 9.5, "<ele>455.5</ele><time>2020-01-02T03:04:05.900Z</time>")
    + point(47.2, 9.6, "<time>2020-01-02T05:04:06+02:00</time>"),
    point("-0.00000005", 180, "<time>2020-01-02T03:04:07</time>"),
)


def places(trace: Trace) -> list[tuple[int, int]]:
    return [(int(lat), int(lon)) for lat, lon in points.read(trace.pk)[0]]


@pytest.mark.parametrize("form", FORMS)
def test_files_of_every_format_are_read_and_named_by_their_content(form: str, alice: User) -> None:
    trace = imported(alice, FORMS[form](WALK))
    assert (trace.state, trace.failure, trace.size) == (State.IMPORTED, "", 3)
    suffix = (
        form
        if form.startswith("tar")
        else {"plain": "gpx", "gzip": "gpx.gz", "bzip2": "gpx.bz2"}.get(form, form)
    )
    assert trace.file.name == f"files/{trace.pk}.{suffix}"
    assert places(trace) == [(471000000, 95000000), (472000000, 96000000), (0, 1800000000)]


def test_points_have_times_segments_and_elevations(alice: User) -> None:
    trace = imported(alice, WALK)
    details = points.read(trace.pk)[1]
    assert details.tolist() == [(1577934245, 0, 455.5), (1577934246, 0, 0.0), (1577934247, 1, 0.0)]
    assert (trace.lat, trace.lon, trace.points_read) == (47.1, 9.5, 3)


def test_segments_are_counted_across_the_files_of_an_archive(alice: User) -> None:
    one = gpx(POINT, POINT)
    trace = imported(alice, zipped({"a.gpx": one, "__MACOSX/._a.gpx": b"\0\1", "folder/": b"", "b.gpx": one}))
    assert points.read(trace.pk)[1]["segment"].tolist() == [0, 1, 2, 3]
    trace = imported(alice, tarred({"a.gpx": one, "../../etc/passwd": one}))
    assert trace.size == 4


def test_points_without_a_time_or_outside_the_world_are_left_out(alice: User) -> None:
    wrong = [(91, 9), (47, -180.1), ("NaN", 9), ("inf", 9), ("", 9), ("1e999", 9), ("x", 9)]
    text = (
        "".join(point(lat, lon) for lat, lon in wrong)
        + point(47.1, 9.5, "")
        + point(47.1, 9.5, "<time>soon</time>")
    )
    text += point(47.1, 9.5, "<time>294277-01-01T00:00:00Z</time>") + point(
        47.1, 9.5, "<time>0001-01-01T00:00:00+09:00</time>"
    )
    trace = imported(alice, gpx(text + POINT))
    assert (trace.size, trace.points_read) == (1, 12)


def test_a_document_may_have_a_byte_order_mark_prefixes_and_another_encoding(alice: User) -> None:
    assert imported(alice, b"\xef\xbb\xbf" + WALK).size == 3
    assert imported(alice, WALK.decode().replace("UTF-8", "UTF-16").encode("utf-16")).size == 3
    prefixed = WALK.replace(b"<trk", b"<g:trk").replace(b"</trk", b"</g:trk").replace(b"xmlns=", b"xmlns:g=")
    good = prefixed.replace(b"<time>", b"<g:time>").replace(b"</time>", b"</g:time>")
    assert imported(alice, good.replace(b"<gpx", b"<g:gpx").replace(b"</gpx", b"</g:gpx")).size == 3


def test_the_pictures_grow_and_the_icon_is_small(alice: User) -> None:
    trace = imported(alice, gpx("".join(point(47 + n / 1000, 9 + n / 500) for n in range(100))))
    with Image.open(io.BytesIO(trace.picture.read())) as picture:
        assert (picture.format, picture.size, picture.n_frames) == ("GIF", (250, 250), 10)  # type: ignore[attr-defined]
        assert picture.info["duration"] == 500
        black = set()
        for number in range(10):
            picture.seek(number)
            pixels = picture.convert("L").tobytes()
            black.add(pixels)
            assert pixels.count(0) > 20
        assert len(black) == 10
    with Image.open(io.BytesIO(trace.icon.read())) as icon:
        assert (icon.format, icon.size) == ("GIF", (50, 50))
        assert min(icon.convert("L").tobytes()) == 0


def test_a_trace_of_a_single_position_has_pictures_too(alice: User) -> None:
    trace = imported(alice, gpx(POINT * 3))
    with Image.open(io.BytesIO(trace.picture.read())) as picture:
        assert min(picture.convert("L").tobytes()) == 0


def test_the_owner_is_notified_of_success_and_failure(alice: User) -> None:
    trace = imported(alice, gpx(POINT + point(91, 0)), tags="vaduz, rhine")
    failed = imported(alice, b"no XML")
    assert (failed.state, failed.size) == (State.FAILED, None)
    assert failed.failure == "The XML cannot be read: syntax error: line 1, column 0"
    notices = [(str(notice), notice.event, notice.address) for notice in Notice.objects.order_by("pk")]
    assert notices == [
        ("GPX Import success", "gpx_import_success", f"/user/alice/traces/{trace.pk}"),
        ("GPX Import failure", "gpx_import_failure", f"/user/alice/traces/{failed.pk}"),
    ]
    alice.refresh_from_db()
    assert alice.traces_count == 1


def test_a_second_import_changes_nothing(alice: User) -> None:
    trace = imported(alice, WALK)
    importer.run(trace.pk)
    assert TraceChunk.objects.count() == 1
    assert Notice.objects.count() == 1


def test_the_trace_of_a_dead_worker_is_imported_again_but_not_forever(alice: User) -> None:
    trace = upload(alice, WALK)
    assert importer.unclaimed() == [trace.pk]
    Trace.objects.filter(pk=trace.pk).update(state=State.RUNNING, attempts=2)
    importer.run(trace.pk)
    trace.refresh_from_db()
    assert (trace.state, trace.size) == (State.IMPORTED, 3)
    trace = upload(alice, WALK)
    Trace.objects.filter(pk=trace.pk).update(state=State.RUNNING, attempts=3)
    importer.run(trace.pk)
    trace.refresh_from_db()
    assert (trace.state, trace.failure) == (
        State.FAILED,
        "Several attempts to read it did not finish.",
    )
    assert importer.unclaimed() == []


def test_deleting_a_trace_removes_its_points_and_files(alice: User, trace_files: Path) -> None:
    trace = imported(alice, WALK)
    assert len([path for path in trace_files.rglob("*") if path.is_file()]) == 3
    actions.delete(alice, trace=trace)
    assert Trace.objects.get().visible is False
    importer.destroy(trace.pk)
    assert [path for path in trace_files.rglob("*") if path.is_file()] == []
    assert (Trace.objects.count(), TraceChunk.objects.count()) == (0, 0)
    alice.refresh_from_db()
    assert alice.traces_count == 0


def test_lines_are_separate_for_each_segment_and_thinned_out(alice: User) -> None:
    track = "".join(point(47 + n / 10000, 9) for n in range(1000))
    drawn = list(points.lines(imported(alice, gpx(track, track)).pk, most=100))
    assert [len(line) for line in drawn] == [51, 51]
    assert (drawn[0][0], drawn[0][-1]) == ((9.0, 47.0), (9.0, 47.0999))
    assert list(points.lines(imported(alice, WALK).pk, most=100)) == [
        [(9.5, 47.1), (9.6, 47.2)],
        [(180.0, 0.0)],
    ]


def test_tags_are_separated_by_commas_or_spaces_and_the_visibility_is_stored_as_default(alice: User) -> None:
    trace = upload(alice, WALK, tags=" a b , c,,a b", visibility="trackable", name="../a b/Ä rún.gpx")
    assert [tag.tag for tag in trace.tags.order_by("pk")] == ["a b", "c"]
    assert trace.name == "__r_n.gpx"
    trace = upload(alice, WALK, tags="a b\tc")
    assert [tag.tag for tag in trace.tags.order_by("pk")] == ["a", "b", "c"]
    assert UserPreference.objects.get(user=alice, k="gps.trace.visibility").v == "identifiable"


@pytest.mark.parametrize("tag", ["a/b", "a;b", "a.b", "a?b", "a%b", "a#b", "x" * 256, "a\x01b", "a\x00b"])
def test_a_tag_with_characters_that_urls_cannot_contain_is_refused(tag: str, alice: User) -> None:
    with pytest.raises(InvalidTraceError):
        upload(alice, WALK, tags=tag)
    assert Trace.objects.count() == 0


def test_a_zip_of_stored_entries_is_read(alice: User) -> None:
    assert imported(alice, zipped({"a.gpx": WALK}, zipfile.ZIP_STORED)).size == 3


def test_old_files_that_belong_to_no_trace_are_removed(alice: User, trace_files: Path) -> None:
    trace = imported(alice, WALK)
    kept = sorted(path for path in trace_files.rglob("*") if path.is_file())
    stray = [trace_files / folder / "999.gpx.gz" for folder in ("files", "pictures", "icons")]
    for path in stray:
        path.write_bytes(b"")
    importer.tidy()
    assert all(path.exists() for path in stray)
    for path in [*stray, *kept]:
        os.utime(path, (0, 0))
    importer.tidy()
    assert sorted(path for path in trace_files.rglob("*") if path.is_file()) == kept
    assert str(trace.file.name) in str(kept)


def test_pictures_that_a_killed_worker_left_behind_are_replaced(alice: User, trace_files: Path) -> None:
    trace = upload(alice, WALK)
    (trace_files / "pictures").mkdir()
    (trace_files / "pictures" / f"{trace.pk}.gif").write_bytes(b"half a pict")
    importer.run(trace.pk)
    trace.refresh_from_db()
    assert trace.picture.read().startswith(b"GIF89a")
    assert len(list((trace_files / "pictures").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_import_the_same_trace_only_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    trace, is_begun, may_end = upload(alice, WALK), threading.Event(), threading.Event()

    def slow_draw(positions: points.Rows) -> tuple[bytes, bytes]:
        is_begun.set()
        may_end.wait(10)
        return draw(positions)

    monkeypatch.setattr(importer, "draw", slow_draw)

    def work() -> None:
        importer.run(trace.pk)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert is_begun.wait(10)
    assert importer.unclaimed() == []
    importer.run(trace.pk)
    assert Trace.objects.get().state == State.RUNNING
    may_end.set()
    first.join(10)
    trace.refresh_from_db()
    assert (trace.state, trace.attempts, Notice.objects.count()) == (State.IMPORTED, 1, 1)


def test_a_trace_deleted_during_its_import_leaves_nothing_behind(
    alice: User, trace_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = upload(alice, WALK)

    def draw_and_delete(positions: points.Rows) -> tuple[bytes, bytes]:
        actions.delete(alice, trace=trace)
        return draw(positions)

    monkeypatch.setattr(importer, "draw", draw_and_delete)
    importer.run(trace.pk)
    importer.destroy(trace.pk)
    assert [path for path in trace_files.rglob("*") if path.is_file()] == []
    assert (Trace.objects.count(), TraceChunk.objects.count(), Notice.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_damaged_file_in_an_archive_is_named(pack: Callable[..., bytes], alice: User) -> None:
    files = {"good.gpx": gpx(POINT), "rides/bad.gpx": gpx(POINT)[:-20], "other.gpx": gpx(POINT)}
    trace = imported(alice, pack(files))
    assert trace.state == State.FAILED
    assert trace.failure.startswith("bad.gpx: The XML cannot be read")


def test_a_damaged_file_that_is_no_archive_has_no_name(alice: User) -> None:
    assert imported(alice, gpx(POINT)[:-20]).failure.startswith("The XML cannot be read")
