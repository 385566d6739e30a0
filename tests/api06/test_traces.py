"""GPS traces over the API: upload, metadata, data, and the points within a bbox."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.traces import actions
from apps.traces.models import Trace
from apps.users.models import User, UserBlock, UserPreference
from tests.api06.client import Response, attributes, call, get, send
from tests.traces.files import POINT, gpx, imported, point, tarred, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]

OWN = "secret"
SCOPES = "read_gpx write_gpx"
BOX = "trackpoints?bbox=9,47,9.25,47.25"
NAME = "{http://www.topografix.com/GPX/1/0}"


@pytest.fixture(autouse=True)
def _tokens(alice: User, bob: User, mallory: User) -> None:
    for user, token in [(alice, OWN), (bob, "bobs"), (mallory, "mallorys")]:
        expires = timezone.now() + timedelta(days=1)
        AccessToken.objects.create(user=user, token=token, scope=SCOPES, expires=expires)


def post(fields: dict[str, Any], token: str = OWN, path: str = "gpx") -> Response:
    response = Client().post("/api/0.6/" + path, fields, HTTP_AUTHORIZATION=f"Bearer {token}")
    return Response(response.status_code, dict(response.items()), response.content)


def form(**fields: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("my walk.gpx", gpx(POINT))
    return {"file": file, "description": "A walk", "visibility": "trackable"} | fields


def as_user(token: str = OWN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_upload_returns_its_id_and_waits_for_import(alice: User) -> None:
    for path in ("gpx", "gpx/create"):
        response = post(form(tags="hike, rhine valley"), path=path)
        assert (response.status, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        trace = Trace.objects.get(pk=int(response.text))
        assert (trace.name, trace.description, trace.visibility) == ("my_walk.gpx", "A walk", "trackable")
        assert (trace.user, trace.state) == (alice, Trace.State.WAITING)
    assert UserPreference.objects.get(user=alice).v == "trackable"
    details = get(f"gpx/{trace.pk}", **as_user())
    [element] = details.xml
    stamp = trace.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    expected = {"id": str(trace.pk), "name": "my_walk.gpx", "uid": str(alice.pk), "user": "alice"}
    assert attributes(element) == expected | {
        "visibility": "trackable",
        "pending": "true",
        "timestamp": stamp,
    }
    assert [(child.tag, child.text) for child in element] == [
        ("description", "A walk"),
        ("tag", "hike"),
        ("tag", "rhine valley"),
    ]


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"description": ""}, 400, "Trace : description: can't be blank"),
        ({"description": "x" * 256}, 400, "Trace : description: is too long (maximum is 255 characters)"),
        ({"description": "a\x01"}, 400, "Trace : description: contains invalid characters"),
        ({"description": "a\x00"}, 400, "Trace : description: contains invalid characters"),
        ({"visibility": "secret"}, 400, "Trace : visibility: is not included in the list"),
        ({"tags": "a/b"}, 400, "Trace : tag: is invalid"),
        ({"file": "no file"}, 400, ""),
        ({"description": "x" * 3_000_000}, 413, "The form is larger than 2621440 bytes"),
    ],
)
def test_an_invalid_upload_is_refused(fields: dict[str, str], status: int, text: str) -> None:
    response = post(form(**fields))
    assert (response.status, response.text) == (status, text)
    assert Trace.objects.count() == 0


def test_an_upload_without_a_file_or_a_visibility_stores_nothing() -> None:
    fields = form()
    del fields["file"]
    assert (post(fields).status, post(fields).text) == (400, "The file is missing")
    fields = form()
    del fields["visibility"]
    assert post(fields).text == "Trace : visibility: is not included in the list"
    response = send("POST", "gpx", "a=b")
    assert (response.status, response.text) == (400, "The file is missing")
    without_boundary = Client().generic(
        "POST", "/api/0.6/gpx", b"--x", "multipart/form-data; boundary=", HTTP_AUTHORIZATION="Bearer secret"
    )
    assert without_boundary.status_code == 400
    assert without_boundary.content == b"The form is not valid multipart/form-data"


@pytest.mark.parametrize(("flag", "visibility"), [("1", "public"), ("0", "private")])
def test_the_deprecated_flag_sets_the_visibility(flag: str, visibility: str) -> None:
    fields = form(public=flag)
    assert Trace.objects.get(pk=int(post(fields).text)).visibility == "trackable"
    fields = form(public=flag)
    del fields["visibility"]
    assert Trace.objects.get(pk=int(post(fields).text)).visibility == visibility


def test_an_instance_may_accept_only_the_newer_visibilities(alice: User, settings: LazySettings) -> None:
    old, new = upload(alice, b"", visibility="private"), upload(alice, b"", visibility="trackable")
    settings.RESTRICT_TRACE_VISIBILITY = True
    assert post(form(visibility="public")).status == 400
    assert put(old, visibility="private").status == 200
    assert put(old, visibility="public").status == 200
    assert put(new, visibility="public").status == 400
    assert put(old, visibility="identifiable").status == 200
    assert put(old, visibility="private").status == 400


def test_a_file_that_is_too_large_is_refused_and_nothing_is_left(
    settings: LazySettings,
    trace_files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    settings.MAX_TRACE_UPLOAD_SIZE = 100_000
    for size in (100_001, 2_000_000):
        response = post(form(file=SimpleUploadedFile("a.gpx", b"x" * size)))
        assert (response.status, response.text) == (413, "The file is larger than 100000 bytes")
    assert post(form(file=SimpleUploadedFile("a.gpx", b"x" * 100_000))).status == 200
    assert len([path for path in trace_files.rglob("*") if path.is_file()]) == 1
    assert list((tmp_path / "temporary").iterdir()) == []


def test_writing_needs_a_token_with_the_scope_and_no_block(alice: User) -> None:
    assert post(form(), token="unknown").status == 401
    assert post(form(), token="mallorys").status == 403
    AccessToken.objects.filter(user=alice).update(scope="read_gpx write_api")
    assert post(form()).text == "You have not permitted the application access to this facility"


def put(trace: Trace, text: str | None = None, token: str = OWN, visibility: str = "trackable") -> Response:
    document = (
        f'<osm><gpx_file id="{trace.pk}" visibility="{visibility}"><description>New</description>'
        "<tag>x</tag><tag>y z</tag></gpx_file></osm>"
    )
    return send("PUT", f"gpx/{trace.pk}", text or document, Authorization=f"Bearer {token}")


def test_an_update_replaces_description_visibility_and_tags(alice: User) -> None:
    trace = upload(alice, b"", tags="old")
    response = put(trace)
    assert (response.status, response.body) == (200, b"")
    trace.refresh_from_db()
    assert (trace.description, trace.visibility) == ("New", "trackable")
    assert [tag.tag for tag in trace.tags.order_by("pk")] == ["x", "y z"]


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ("<osm><gpx_file", None),
        ("<osm><trace/></osm>", "XML doesn't contain an osm/gpx_file element."),
        ("<osm><gpx_file id='{id}'/></osm>", "visibility missing"),
        ("<osm><gpx_file visibility='private'/></osm>", "ID is required when updating."),
        ("<osm><gpx_file id='{id}' visibility='private'/></osm>", "description missing"),
        ("<!DOCTYPE osm [<!ENTITY a 'b'>]><osm><gpx_file/></osm>", "A document type is not allowed."),
    ],
)
def test_an_invalid_update_is_refused(document: str, detail: str | None, alice: User) -> None:
    trace = upload(alice, b"")
    document = document.replace("{id}", str(trace.pk))
    response = put(trace, document)
    assert response.status == 400
    assert response.text.startswith(f"Cannot parse valid trace from xml string {document}. ")
    assert response.text.endswith(detail or "")


def test_an_update_must_contain_the_id_of_its_trace(alice: User) -> None:
    trace = upload(alice, b"")
    zero = '<osm><gpx_file id="0" visibility="private"/></osm>'
    assert put(trace, zero).text == "ID of trace cannot be zero when updating."
    other = put(trace, zero.replace('"0"', '"77"'))
    text = f"The id in the url ({trace.pk}) is not the same as provided in the xml (77)"
    assert (other.status, other.text) == (400, text)


def test_only_the_owner_can_update_and_delete_a_trace(alice: User) -> None:
    trace = upload(alice, b"", visibility="public")
    for response in (
        put(trace, token="bobs"),
        send("DELETE", f"gpx/{trace.pk}", "", Authorization="Bearer bobs"),
    ):
        assert (response.status, response.body, "Error" in response.headers) == (403, b"", False)
    assert send("DELETE", f"gpx/{trace.pk}", "").status == 200
    for response in (send("DELETE", f"gpx/{trace.pk}", ""), put(trace), get(f"gpx/{trace.pk}")):
        assert (response.status, response.body) == (404, b"")
    assert get(f"gpx/{2**63 - 1}").status == 404


@pytest.mark.parametrize(
    ("visibility", "nobody", "others"),
    [("private", 401, 403), ("trackable", 401, 403), ("public", 200, 200), ("identifiable", 200, 200)],
)
def test_access_to_a_trace_depends_on_its_visibility(
    visibility: str, nobody: int, others: int, alice: User
) -> None:
    trace = imported(alice, gpx(POINT), visibility=visibility)
    for what in ("", "/details", "/data", ".json", "/data.gpx"):
        statuses = [get(f"gpx/{trace.pk}{what}").status] + [
            get(f"gpx/{trace.pk}{what}", **as_user(token)).status for token in ("bobs", "secret", "mallorys")
        ]
        assert statuses == [nobody, others, 200, 403]


@pytest.mark.parametrize("header", ["Bearer unknown", "Basic YWxpY2U6cGFzc3dvcmQ=", "Bearer"])
@pytest.mark.parametrize("visibility", ["private", "public"])
def test_credentials_for_a_trace_must_be_a_valid_token(visibility: str, header: str, alice: User) -> None:
    trace = imported(alice, gpx(POINT), visibility=visibility)
    for what in ("", "/details", "/data", ".json", "/data.gpx"):
        response = get(f"gpx/{trace.pk}{what}", Authorization=header)
        assert (response.status, response.text) == (401, "Couldn't authenticate you")


def test_own_traces_are_listed_except_failed_and_deleted_ones(alice: User, bob: User) -> None:
    trace = imported(alice, gpx(POINT), visibility="private", tags="a,b c")
    waiting = upload(alice, b"")
    failed = imported(alice, b"")
    actions.delete(alice, trace=upload(alice, b""))
    imported(bob, gpx(POINT))
    with CaptureQueriesContext(
        connection,
    ) as statements:
        listed = get("user/gpx_files", **as_user()).xml
    assert len(statements) <= 5
    assert [element.get("id") for element in listed] == [str(trace.pk), str(waiting.pk)]
    assert attributes(listed[0])["pending"] == "false"
    assert (listed[0].get("lat"), listed[0].get("lon"), listed[1].get("lat")) == ("47.1", "9.5", None)
    document = get("user/gpx_files.json", **as_user()).json
    assert document["traces"][0] == get(f"gpx/{trace.pk}.json", **as_user()).json["trace"]
    assert document["traces"][0] == {
        "id": trace.pk,
        "name": "track.gpx",
        "uid": alice.pk,
        "user": "alice",
        "visibility": "private",
        "pending": False,
        "timestamp": trace.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lat": 47.1,
        "lon": 9.5,
        "description": "A walk",
        "tags": ["a", "b c"],
    }
    assert get(f"gpx/{failed.pk}", **as_user()).status == 404
    assert get("user/gpx_files").status == 401


def test_the_data_is_returned_as_uploaded_or_decompressed(alice: User) -> None:
    document = gpx(POINT)
    packed = gzip.compress(tarred({"a": document, "b": document}))
    trace = imported(alice, packed)
    response = get(f"gpx/{trace.pk}/data")
    assert (response.body, response.headers["Content-Type"]) == (packed, "application/gzip")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{trace.pk}.tar.gz"'
    for suffix, kind in [("gpx", "application/gpx+xml"), ("xml", "application/xml")]:
        response = get(f"gpx/{trace.pk}/data.{suffix}")
        assert (response.body, response.headers["Content-Type"]) == (document * 2, kind)
        assert response.headers["Content-Disposition"] == f'attachment; filename="{trace.pk}.{suffix}"'
    assert get(f"gpx/{trace.pk}/data.json").status == 406
    assert call("HEAD", f"/api/0.6/gpx/{trace.pk}/data").status == 200
    trace.file.storage.delete(trace.file.name or "")
    assert get(f"gpx/{trace.pk}/data").status == 404


def test_files_cannot_be_changed_while_traces_are_offline(alice: User, settings: LazySettings) -> None:
    trace = imported(alice, gpx(POINT))
    settings.STATUS = "gpx_offline"
    delete = send("DELETE", f"gpx/{trace.pk}", "")
    for response in (post(form()), delete, get(f"gpx/{trace.pk}/data", **as_user())):
        assert (response.status, response.text) == (503, "GPX files offline for maintenance")
    assert post(form(), token="unknown").status == 401
    assert get(f"gpx/{trace.pk}").status == get(BOX).status == 200


def test_an_instance_without_traces_has_no_trace_calls(alice: User, settings: LazySettings) -> None:
    trace = imported(alice, gpx(POINT))
    settings.TRACES_DISABLED = True
    for path in (
        BOX,
        "user/gpx_files",
        f"gpx/{trace.pk}",
        f"gpx/{trace.pk}/details",
        f"gpx/{trace.pk}/data",
    ):
        response = get(path, **as_user())
        assert (response.status, response.body) == (404, b"")
    assert (post(form()).status, put(trace).status) == (404, 404)


def test_a_wrong_method_is_405() -> None:
    response = call("PUT", "/api/0.6/gpx/create", **as_user())
    assert (response.status, response.headers["Allow"]) == (405, "POST, OPTIONS")


# The points within a bbox


def seconds(number: int) -> str:
    return f"<time>2020-01-01T00:00:{number:02}Z</time>"


def test_the_points_of_a_bbox_are_grouped_by_privacy(alice: User, bob: User) -> None:
    walk = point(47.1, 9.1, seconds(2)) + point(47.2, 9.2, seconds(1)) + point(47.26, 9.1, seconds(3))
    first = imported(alice, gpx(walk, POINT.replace("9.5", "9.25")), visibility="identifiable")
    imported(bob, gpx(walk), visibility="trackable")
    imported(bob, gpx(walk), visibility="private")
    imported(alice, gpx(point(47.15, 9.0), point(47.1, 9.05)), visibility="public")
    with CaptureQueriesContext(connection) as statements:
        response = get(BOX, Accept="application/json")
    assert len(statements) <= 2  # two more go below Django
    assert response.headers["Content-Type"] == "application/gpx+xml; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="tracks.gpx"'
    document = response.xml
    assert (document.tag, attributes(document)) == (
        NAME + "gpx",
        {"version": "1.0", "creator": "OpenStreetMap.org"},
    )
    trackable, identifiable, anonymous = document
    assert [child.tag for child in trackable] == [NAME + "trkseg"]
    assert described(trackable[0]) == [
        ("47.2000000", "9.2000000", "2020-01-01T00:00:01Z"),
        ("47.1000000", "9.1000000", "2020-01-01T00:00:02Z"),
    ]
    assert [(child.tag.removeprefix(NAME), child.text) for child in list(identifiable)[:3]] == [
        ("name", "track.gpx"),
        ("desc", "A walk"),
        ("url", f"http://127.0.0.1:8000/user/alice/traces/{first.pk}"),
    ]
    assert [len(described(segment)) for segment in list(identifiable)[3:]] == [2, 1]
    assert [child.tag for child in anonymous] == [NAME + "trkseg"]
    assert described(anonymous[0]) == [
        ("47.1000000", "9.0500000", None),
        ("47.1000000", "9.1000000", None),
        ("47.1500000", "9.0000000", None),
        ("47.2000000", "9.2000000", None),
    ]


def described(segment: Any) -> list[tuple[str | None, str | None, str | None]]:
    return [(place.get("lat"), place.get("lon"), place.findtext(NAME + "time")) for place in segment]


def test_pages_together_contain_each_point_once_and_in_order(
    alice: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.traces.points.POINTS_PER_CHUNK", 4)

    def track(first: int, lon: float) -> str:
        # Every third point is outside the bbox.
        return "".join(
            point(47.1 + n / 1e4, lon + (n % 3 == 0), seconds(n)) for n in range(first, first + 23)
        )

    for visibility in ("trackable", "public", "identifiable", "private"):
        imported(alice, gpx(track(0, 9.01), track(5, 9.02)), visibility=visibility)

    def pages(count: int) -> list[Any]:
        settings.TRACEPOINTS_PER_PAGE = count
        points: list[Any] = []
        for number in range(1000):
            segments = [*get(f"{BOX}&page={number}").xml.iter(NAME + "trkseg")]
            found = [place for segment in segments for place in described(segment)]
            if not found:
                return points
            assert len(found) == count or not [*get(f"{BOX}&page={number + 1}").xml]
            points += found
        raise AssertionError("there is no last page")

    whole = pages(1000)
    assert len(whole) == 4 * (15 + 15)
    assert [time is None for _lat, _lon, time in whole] == [False] * 60 + [True] * 60
    assert whole[60:] == sorted(whole[60:])
    for count in (1, 7, 30, 60, 119):
        assert pages(count) == whole


def test_anonymous_points_are_in_order_around_the_meridian(alice: User) -> None:
    places = [(0.1, -0.1), (0.1, 0.1), (-0.1, 0.1), (-0.1, -0.1), (0, 0), (0, -1e-7)]
    imported(alice, gpx("".join(point(lat, lon) for lat, lon in places)), visibility="private")
    [segment] = get("trackpoints?bbox=-0.2,-0.2,0.2,0.2").xml.iter(NAME + "trkseg")
    found = [(float(lat or ""), float(lon or "")) for lat, lon, _time in described(segment)]
    assert found == sorted(places)


@pytest.mark.parametrize(
    ("query", "status", "beginning"),
    [
        ("bbox=9,47,9.25,47.25&page=-1", 400, "Page number must be greater than or equal to 0"),
        ("page=-1", 400, "Page number must be greater than or equal to 0"),
        ("", 400, "The parameter bbox is required"),
        ("bbox=9,47,10,48", 400, "The maximum bbox size is 0.250000"),
        ("bbox=9,47,9.25,47.25&page=999999999999999999999999", 200, ""),
        ("bbox=9,47,9.25,47.25&page=two", 200, ""),
        ("bbox=180,90,180,90", 200, ""),
    ],
)
def test_bbox_and_page_are_validated(query: str, status: int, beginning: str) -> None:
    response = get(f"trackpoints?{query}")
    assert response.status == status
    assert status == 200 or response.text.startswith(beginning)


def test_points_of_deleted_and_waiting_traces_are_omitted(alice: User) -> None:
    trace = imported(alice, gpx(POINT.replace("9.5", "9.1")))
    assert len(get(BOX).xml) == 1
    actions.delete(alice, trace=trace)
    assert len(get(BOX).xml) == 0


def test_reading_points_needs_no_permission(mallory: User) -> None:
    assert UserBlock.objects.filter(user=mallory).exists()
    assert get(BOX, **as_user("mallorys")).status == 200
