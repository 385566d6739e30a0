"""Pages of traces: view, upload, edit, delete, and who may see which."""

import gzip
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from lxml import etree
from pytest_django.fixtures import Settings

from apps.traces import importer
from apps.traces.models import Trace
from apps.users.models import User
from tests.traces.files import gpx, point
from tests.traces.files import upload as arrived

from .test_elements import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]
UNKNOWN = 10**15
VISIBILITIES = ["private", "public", "trackable", "identifiable"]


def walk(*segments: list[tuple[float, float]]) -> bytes:
    """Return a file with points (lat, lon)."""
    return gpx(*("".join(point(lat, lon) for lat, lon in segment) for segment in segments))


WALK = walk([(47.100, 9.500), (47.101, 9.502), (47.102, 9.505)], [(47.104, 9.506), (47.105, 9.507)])


def send(
    user: User, name: str = "walk.gpx", content: bytes = WALK, *, is_read: bool = True, **given: str
) -> Trace:
    """Upload a trace; `is_read` imports it right away."""
    trace = arrived(user, content, name=name, **given)
    if is_read:
        importer.run(trace.pk)
        trace.refresh_from_db()
    return trace


def browser(user: User | None, **options: Any) -> Client:
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


def upload(client: Client, **changes: Any) -> Any:
    fields = {
        "file": SimpleUploadedFile("My walk.gpx", WALK),
        "description": "Around the lake",
        "tags": "hiking, lake",
        "visibility": "identifiable",
    } | changes
    return client.post("/traces", {name: value for name, value in fields.items() if value is not None})


def names(page: str) -> list[str]:
    return re.findall(r'id="trace-\d+"><bdi>(.*?)</bdi>', page)


@pytest.fixture
def four(alice: User) -> list[Trace]:
    """One trace of each visibility, by alice."""
    return [
        send(alice, f"{v}.gpx", visibility=v, tags="here", content=walk([(47.1, 9.5 + n), (47.2, 9.6 + n)]))
        for n, v in enumerate(VISIBILITIES)
    ]


@pytest.mark.parametrize(
    "path", ["/traces", "/user/alice/traces", "/traces/tag/here", "/user/alice/traces/tag/here"]
)
def test_lists_show_public_traces_and_all_of_them_to_their_owner(
    four: list[Trace], alice: User, bob: User, path: str
) -> None:
    everything = [f"{v}.gpx" for v in reversed(VISIBILITIES)]
    assert names(read(browser(alice), path)) == everything
    for other in (bob, None):
        assert names(read(browser(other), path)) == ["identifiable.gpx", "public.gpx"]
    assert names(read(browser(alice), path.replace("/here", "/there") + "?before=0")) == []


@pytest.mark.parametrize("part", ["", "/track.json", "/picture", "/icon"])
def test_only_the_owner_can_open_private_and_trackable_traces(
    four: list[Trace], alice: User, bob: User, moderator: User, part: str
) -> None:
    for trace in four:
        path = f"/user/alice/traces/{trace.pk}{part}"
        assert browser(alice).get(path).status_code == 200
        for other in (bob, moderator, None):
            answer = browser(other).get(path)
            if trace.visibility in {"public", "identifiable"}:
                assert answer.status_code == 200
            elif part:
                assert answer.status_code == 403
            else:
                assert (answer.status_code, answer["Location"]) == (302, "/traces")


def test_an_unknown_trace_redirects_to_the_list(alice: User) -> None:
    client = Client()
    for number in (UNKNOWN, 99**40):
        answer = client.get(f"/user/alice/traces/{number}", follow=True)
        assert answer.redirect_chain == [("/traces", 302)]
        assert "Trace not found!" in answer.content.decode()
        for part in ("picture", "icon", "track.json"):
            assert client.get(f"/user/alice/traces/{number}/{part}").status_code == 404


def test_the_page_of_a_trace_shows_its_details_and_its_line(alice: User) -> None:
    trace = send(alice, tags="hiking, lake")
    Trace.objects.filter(pk=trace.pk).update(description="A walk to https://example.org/ <b>")
    page = read(Client(), f"/user/alice/traces/{trace.pk}")
    for words in ("walk.gpx", "47.10000, 9.50000", "hiking", "identifiable", "&lt;b&gt;", '"kind": "trace"'):
        assert words in page
    assert '<th scope="row">Points</th><td>5</td>' in page
    assert "Delete this trace" not in page
    line = json.loads(Client().get(f"/user/alice/traces/{trace.pk}/track.json").content)
    assert line["geometry"] == {
        "type": "MultiLineString",
        "coordinates": [
            [[9.5, 47.1], [9.502, 47.101], [9.505, 47.102]],
            [[9.506, 47.104], [9.507, 47.105]],
        ],
    }


def test_the_line_of_a_long_trace_is_simplified(alice: User) -> None:
    trace = send(alice, content=walk([(47 + n / 1e5, 9.5) for n in range(12_000)], [(47.5, 9.6)]))
    line = json.loads(Client().get(f"/user/alice/traces/{trace.pk}/track.json").content)
    first, single = line["geometry"]["coordinates"]
    assert 4000 <= len(first) <= 5001
    assert (first[0], first[-1]) == ([9.5, 47.0], [9.5, 47.11999])
    assert single == [[9.6, 47.5], [9.6, 47.5]]


def test_lists_show_twenty_traces_per_page_with_two_statements(alice: User, bob: User) -> None:
    for number in range(22):
        send(alice if number % 2 else bob, f"{number}.gpx", is_read=False, tags=f"a, b{number}")
    client = Client()
    with CaptureQueriesContext(connection) as statements:
        page = read(client, "/traces")
    assert len(statements) == 2
    assert names(page) == [f"{number}.gpx" for number in range(21, 1, -1)]
    (older,) = re.findall(r'href="(\?before=\d+)"', page)
    assert names(read(client, "/traces" + older)) == ["1.gpx", "0.gpx"]
    assert client.get("/traces?before=x").status_code == 302


def test_an_upload_waits_in_the_list_of_its_owner(alice: User) -> None:
    client = browser(alice)
    form = read(client, "/traces/new")
    assert '<option value="trackable" selected>' in form
    assert 'value="private"' in form
    answer = upload(client)
    assert (answer.status_code, answer["Location"]) == (302, "/user/alice/traces")
    trace = Trace.objects.get()
    tags = {tag.tag for tag in trace.tags.all()}
    assert (trace.name, trace.description, trace.visibility) == (
        "My_walk.gpx",
        "Around the lake",
        "identifiable",
    )
    assert tags == {"hiking", "lake"}
    page = read(client, "/user/alice/traces")
    assert "waiting to be imported" in page
    assert "Your GPX file has been uploaded" in page
    assert 'hx-trigger="every 2s"' in page
    assert "every 2s" not in read(Client(), "/user/alice/traces")
    assert '<option value="identifiable" selected>' in read(client, "/traces/new")
    assert client.get("/traces/mine")["Location"] == "/user/alice/traces"
    assert client.get("/traces/mine/tag/bus%2012")["Location"] == "/user/alice/traces/tag/bus%2012"


def test_an_upload_by_script_gets_a_redirect_header(alice: User) -> None:
    answer = upload(browser(alice, headers={"HX-Request": "true"}))
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/user/alice/traces")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"file": None}, "id_file_error", "Please choose a file."),
        ({"file": "text"}, "id_file_error", "Please choose a file."),
        ({"file": SimpleUploadedFile("a.gpx", b"")}, "id_file_error", "The file is empty."),
        ({"description": " "}, "id_description_error", "This field is required."),
        ({"description": "x" * 256}, "id_description_error", "at most 255 characters"),
        ({"description": "\x00"}, "id_description_error", "Null characters are not allowed."),
        ({"description": "\x07"}, "id_description_error", "This value is not valid."),
        ({"tags": "a/b, c"}, "id_tags_error", "A tag can have up to 255 characters"),
        ({"tags": "x" * 256}, "id_tags_error", "A tag can have up to 255 characters"),
        ({"visibility": "secret"}, "id_visibility_error", "Select a valid choice."),
        ({"visibility": None}, "id_visibility_error", "This field is required."),
    ],
)
def test_errors_of_an_upload_are_shown_at_their_fields(
    alice: User, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = upload(browser(alice), **changes)
    assert answer.status_code == 400
    assert words in answer.content.decode().split(f'id="{field}"')[1].split("</div>")[0]
    assert not Trace.objects.exists()


def test_users_with_many_waiting_traces_are_asked_to_wait(alice: User) -> None:
    for _ in range(3):
        send(alice, is_read=False)
    client = browser(alice)
    assert "traces waiting" not in upload(client, follow=True).content.decode()
    read(client, "/user/alice/traces")
    upload(client)
    assert "You have 5 traces waiting to be imported." in read(client, "/user/alice/traces")


def test_a_blocked_user_reads_why_traces_cannot_be_uploaded_or_changed(mallory: User) -> None:
    trace = Trace.objects.create(user=mallory, name="walk.gpx", description="A walk", visibility="public")
    client = browser(mallory)
    fields = {"description": "A run", "tags": "", "visibility": "public"}
    for answer in (upload(client), client.post(f"/traces/{trace.pk}", {"_method": "put", **fields})):
        assert answer.status_code == 403
        assert "You are blocked" in answer.content.decode()
    assert client.post(f"/traces/{trace.pk}", {"_method": "delete"}).status_code == 403
    assert not re.search("(Edit|Delete) this trace", read(client, f"/user/mallory/traces/{trace.pk}"))
    trace.refresh_from_db()
    assert (Trace.objects.count(), trace.description, trace.visible) == (1, "A walk", True)


def test_the_rows_show_the_progress_of_the_import(alice: User) -> None:
    trace = send(alice, is_read=False)
    Trace.objects.filter(pk=trace.pk).update(state="running", points_read=12_345)
    rows = read(browser(alice), "/user/alice/traces?list=1")
    assert "being imported: 12345 points so far" in rows
    assert 'hx-swap-oob="innerHTML">1 trace is being imported' in rows
    assert "<html" not in rows
    answer = browser(alice).get(f"/user/alice/traces/{trace.pk}?state=1")
    assert "HX-Refresh" not in answer
    Trace.objects.filter(pk=trace.pk).update(state="imported", size=3, lat=1, lon=2)
    assert "every 2s" not in read(browser(alice), "/user/alice/traces?list=1")
    assert browser(alice).get(f"/user/alice/traces/{trace.pk}?state=1")["HX-Refresh"] == "true"


def test_only_the_owner_sees_why_an_import_failed(alice: User, moderator: User) -> None:
    trace = send(alice, "broken.gpx", content=b"<gpx><trk>")
    path = f"/user/alice/traces/{trace.pk}"
    page = read(browser(alice), path)
    assert trace.failure
    assert 'class="trace-failure"' in page
    assert "import failed" in read(browser(alice), "/traces")
    assert names(read(browser(moderator), "/user/alice/traces")) == []
    assert browser(moderator).get(path).status_code == 302


def test_the_owner_can_edit_a_trace_and_keep_an_older_visibility(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.RESTRICT_TRACE_VISIBILITY = True
    trace = send(alice, tags="a, b")
    Trace.objects.filter(pk=trace.pk).update(visibility="private")
    form = read(browser(alice), f"/traces/{trace.pk}/edit")
    assert '<option value="private" selected>' in form
    assert 'value="public"' not in read(browser(alice), "/traces/new")
    assert 'value="a, b"' in form
    values = {"_method": "put", "description": "New", "tags": "c", "visibility": "private"}
    assert browser(bob).post(f"/traces/{trace.pk}", values).status_code == 403
    assert browser(bob).get(f"/traces/{trace.pk}/edit").status_code == 403
    assert browser(alice).get(f"/traces/{UNKNOWN}/edit").status_code == 404
    assert browser(alice).post(f"/traces/{UNKNOWN}", values).status_code == 404
    answer = browser(alice).post(f"/traces/{trace.pk}", values | {"tags": "a/b"})
    assert (answer.status_code, "A tag can have up to 255 characters" in answer.content.decode()) == (
        400,
        True,
    )
    answer = browser(alice).post(f"/traces/{trace.pk}", values)
    assert (answer.status_code, answer["Location"]) == (302, f"/user/alice/traces/{trace.pk}")
    trace.refresh_from_db()
    assert (trace.description, trace.visibility, [tag.tag for tag in trace.tags.all()]) == (
        "New",
        "private",
        ["c"],
    )


@pytest.mark.parametrize("who", ["alice", "moderator", "administrator"])
def test_owners_moderators_and_administrators_can_delete_a_trace(
    alice: User, bob: User, moderator: User, administrator: User, who: str
) -> None:
    trace = send(alice)
    person = {"alice": alice, "moderator": moderator, "administrator": administrator}[who]
    path = f"/traces/{trace.pk}"
    assert browser(bob).post(path, {"_method": "delete"}).status_code == 403
    assert Client().post(path, {"_method": "delete"}).status_code == 403
    assert "Delete this trace" in read(browser(person), f"/user/alice{path}")
    answer = browser(person).post(path, {"_method": "delete"})
    assert (answer.status_code, answer["Location"]) == (302, "/user/alice/traces")
    assert names(read(browser(alice), "/traces")) == []
    assert browser(person).post(path, {"_method": "delete"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("data", "application/gzip", "{}.gpx.gz"),
        ("data.gpx", "application/gpx+xml", "{}.gpx"),
        ("data.xml", "application/xml", "{}.xml"),
    ],
)
def test_only_those_who_may_see_a_trace_can_download_it(
    alice: User, bob: User, path: str, kind: str, name: str
) -> None:
    packed = gzip.compress(WALK)
    for visibility in VISIBILITIES:
        trace = send(alice, "walk.gpx", packed, visibility=visibility)
        for reader in (alice, bob, None):
            answer = browser(reader).get(
                f"/traces/{trace.pk}/{path}", headers={"Origin": "https://example.org"}
            )
            if reader != alice and visibility in {"private", "trackable"}:
                assert answer.status_code == 404
                continue
            assert b"".join(answer) == (packed if path == "data" else WALK)
            assert answer["Content-Type"] == kind
            assert answer["Content-Disposition"] == f'attachment; filename="{name.format(trace.pk)}"'
            assert answer["Access-Control-Allow-Origin"] == "*"
    assert Client().get(f"/traces/{UNKNOWN}/{path}").status_code == 404


def test_a_blocked_user_is_told_so_instead_of_getting_the_upload_form(mallory: User) -> None:
    page = read(browser(mallory), "/traces/new")
    assert "Your account is blocked" in page
    assert "multipart" not in page


def test_an_upload_needs_the_csrf_token(alice: User) -> None:
    client = browser(alice, enforce_csrf_checks=True)
    assert upload(client).status_code == 403
    form = read(client, "/traces/new")
    token = re.findall(r'name="csrfmiddlewaretoken" value="(.*?)"', form)[-1]
    assert upload(client, csrfmiddlewaretoken=token).status_code == 302


@pytest.mark.parametrize("script", [{}, {"HX-Request": "true"}])
def test_a_file_that_is_too_large_is_refused_while_it_is_received(
    alice: User, script: dict[str, str]
) -> None:
    client = browser(alice, headers=script)
    with override_settings(MAX_TRACE_UPLOAD_SIZE=300):
        answer = upload(client)
        assert answer.get("HX-Redirect" if script else "Location") == "/traces/new"
        assert "The file is too large." in read(client, "/traces/new")
    assert not Trace.objects.exists()


def test_visitors_are_sent_to_log_in() -> None:
    for path in ("/traces/new", "/traces/mine", "/traces/1/edit"):
        assert Client().get(path)["Location"].startswith("/login?referer=%2Ftraces")
    assert upload(Client()).status_code == 403


@pytest.mark.parametrize(
    "path", ["/traces", "/traces/tag/here", "/user/alice/traces", "/user/alice/traces/tag/here"]
)
def test_feeds_contain_only_public_traces(four: list[Trace], alice: User, path: str) -> None:
    answer = browser(alice).get(path + "/rss")
    feed = etree.fromstring(answer.content)
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert feed.xpath("channel/item/title/text()") == ["identifiable.gpx", "public.gpx"]
    item = feed.find("channel/item")
    assert item is not None
    assert item.findtext("link", "").endswith(f"/user/alice/traces/{four[3].pk}")
    assert "2 points" in item.findtext("description", "")
    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "alice"
    assert item.findtext("{http://www.georss.org/georss}point") == "47.1000000 12.5000000"
    assert feed.findtext("channel/image/width") == "100"


def test_former_urls_redirect_to_current_ones(alice: User) -> None:
    client = browser(alice)
    for old, today in [
        ("/trace/create", "/traces/new"),
        ("/trace/5/edit", "/traces/5/edit"),
        ("/trace/5/data", "/traces/5/data"),
        ("/trace/5/data.gpx", "/traces/5/data.gpx"),
        ("/trace/5/data.xml", "/traces/5/data.xml"),
        ("/traces/page/3", "/traces"),
        ("/traces/tag/a%20b/page/3", "/traces/tag/a%20b"),
        ("/traces/mine/page/3", "/traces/mine"),
        ("/traces/mine/tag/a/page/3", "/traces/mine/tag/a"),
        ("/user/alice/traces/page/3", "/user/alice/traces"),
        ("/user/alice/traces/tag/a/page/3", "/user/alice/traces/tag/a"),
    ]:
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, today)


def test_hostile_urls_get_a_response(alice: User) -> None:
    client = browser(alice)
    assert client.get("/traces/tag/%00").status_code == 200
    assert client.get("/user/%00/traces").status_code == 404
    assert client.get("/user/nobody/traces").status_code == 404
    assert client.get("/user/nobody/traces/rss").status_code == 404
    assert client.put("/traces").status_code == 405
    assert client.get("/traces/5").status_code == 405
    assert client.delete(f"/traces/{99**40}").status_code == 404


@override_settings(TRACES_DISABLED=True)
def test_an_instance_can_disable_traces(alice: User) -> None:
    client = browser(alice)
    for path in (
        "/traces",
        "/traces/new",
        "/traces/mine",
        "/user/alice/traces",
        "/traces/rss",
        "/trace/create",
    ):
        assert client.get(path).status_code == 404
    for path in ("/", "/user/alice"):
        assert "GPS" not in read(client, path)


def test_without_the_storage_lists_have_no_images(alice: User) -> None:
    trace = send(alice)
    client = browser(alice)
    page = f"/user/alice/traces/{trace.pk}"
    assert '/icon"' in read(client, "/traces")
    assert "/picture" in read(client, page)
    with override_settings(STATUS="gpx_offline"):
        assert '/icon"' not in read(client, "/traces")
        assert "/picture" not in read(client, page)
        for answer in (
            client.get("/traces/new"),
            client.get(f"/traces/{trace.pk}/edit"),
            upload(client),
            client.get(f"/traces/{trace.pk}/data"),
            client.post(f"/traces/{trace.pk}", {"_method": "delete"}),
        ):
            assert answer.status_code == 503
            assert "Down for maintenance" in answer.content.decode()
    assert Trace.objects.filter(visible=True).count() == 1
