"""Packed bodies on calls and pages of every kind; documents are in tests/api06/test_upload.py."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from oauth2_provider.models import AccessToken

from apps.notes.models import Note
from apps.oauth.actions import create_token
from apps.traces.models import Trace
from apps.users.models import User
from tests.users.blocking import browser

pytestmark = pytest.mark.django_db
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NOTE = {"lat": "1", "lon": "2", "text": "hello"}
Packer = Callable[[bytes], bytes]
PACKERS: list[tuple[str, Packer]] = [
    ("gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("deflate", zlib.compress),
]
packings = pytest.mark.parametrize(("encoding", "pack"), PACKERS)


def post(client: Client, path: str, body: bytes, content_type: str, encoding: str, **headers: str) -> Any:
    sent = {"Content-Encoding": encoding, **headers}
    return client.generic("POST", path, body, content_type=content_type, headers=sent)


def gpx_form() -> bytes:
    point = '<trkpt lat="1" lon="1"><time>2020-01-01T00:00:00Z</time></trkpt>'
    gpx = f'<gpx version="1.1"><trk><trkseg>{point}</trkseg></trk></gpx>'.encode()
    fields = {"description": "a walk", "visibility": "private", "tags": ""}
    head = encode_multipart(BOUNDARY, fields).removesuffix(f"--{BOUNDARY}--\r\n".encode())
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.gpx"\r\n\r\n'.encode()
    return head + part + gpx + f"\r\n--{BOUNDARY}--\r\n".encode()


@packings
@pytest.mark.parametrize(
    ("content_type", "body"), [(FORM, urlencode(NOTE)), (JSON, json.dumps(NOTE)), ("", urlencode(NOTE))]
)
def test_a_note_may_be_packed(encoding: str, pack: Packer, content_type: str, body: str) -> None:
    response = post(Client(), "/api/0.6/notes", pack(body.encode()), content_type, encoding)
    assert response.status_code == 200
    assert Note.objects.get().comments.get().body == "hello"


@packings
def test_a_trace_may_be_packed(alice: User, encoding: str, pack: Packer) -> None:
    bearer = "Bearer " + create_token(alice, scopes=["write_gpx"])
    path = "/api/0.6/gpx"
    response = post(Client(), path, pack(gpx_form()), MULTIPART_CONTENT, encoding, Authorization=bearer)
    assert response.status_code == 200
    assert Trace.objects.get().description == "a walk"


@packings
def test_a_form_of_a_page_may_be_packed(alice: User, encoding: str, pack: Packer) -> None:
    body = pack(b"direct_message=on")
    path = "/preferences/notifications"
    assert post(browser(alice), path, body, FORM, encoding).status_code == 302
    unwanted = alice.preferences.filter(v="false").values_list("k", flat=True)
    assert unwanted
    assert not any("direct_message" in key for key in unwanted)


@packings
@pytest.mark.parametrize(("content_type", "write"), [(FORM, urlencode), (JSON, json.dumps)])
def test_the_parameters_of_oauth_may_be_packed(
    alice: User, encoding: str, pack: Packer, content_type: str, write: Callable[[Any], str]
) -> None:
    token = create_token(alice, scopes=["read_prefs"])
    parameters = {"token": token, "client_id": "osmsite-command-line"}
    body = pack(write(parameters).encode())
    assert post(Client(), "/oauth2/revoke", body, content_type, encoding).status_code == 200
    assert not AccessToken.objects.exists()


def note_sent_as(body: bytes) -> tuple[int, str]:
    """Return the status of a new note, and its text."""
    status = post(Client(), "/api/0.6/notes", body, FORM, "gzip").status_code
    note = Note.objects.first()
    return status, note.comments.get().body if note else ""


def test_all_parts_of_a_joined_body_are_read() -> None:
    packed = [gzip.compress(part) for part in (b"lat=1&lon=", b"", b"2&text=hel", b"lo")]
    assert note_sent_as(b"".join(packed)) == (200, "hello")


def test_zeros_between_and_after_parts_are_skipped() -> None:
    first, second = gzip.compress(b"lat=1&lon=2"), gzip.compress(b"&text=hello")
    assert note_sent_as(first + bytes(100_000) + second + bytes(512)) == (200, "hello")


@pytest.mark.parametrize(
    "rest",
    [b"garbage", gzip.compress(b"&x=y")[:-6], gzip.compress(b"") * 20_000, gzip.compress(b"0")[:3]],
    ids=["garbage", "without its end", "too many", "cut off"],
)
def test_a_joined_body_with_a_damaged_part_is_refused(rest: bytes) -> None:
    assert note_sent_as(gzip.compress(b"lat=1&lon=2&text=hello") + rest) == (400, "")


def test_all_parts_together_have_the_limit_of_one(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    part = gzip.compress(b"a" * 400_000)
    assert note_sent_as(gzip.compress(b"lat=1&lon=2&text=") + part * 3) == (413, "")


PATHS = ["/api/0.6/notes", "/oauth2/token", "/login", "/preferences/notifications"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("content_type", [FORM, JSON, MULTIPART_CONTENT])
@pytest.mark.parametrize(
    "body",
    [b"text=hello", gzip.compress(b"text=hello")[:-9], gzip.compress(b"text=hello")[:12]],
    ids=["not packed", "without its end", "cut off"],
)
def test_a_damaged_body_is_refused(alice: User, path: str, content_type: str, body: bytes) -> None:
    response = post(browser(alice), path, body, content_type, "gzip")
    # Pages do not read JSON.
    assert response.status_code == 400 or (content_type == JSON and path in PATHS[2:])
    assert not Note.objects.exists()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("content_type", [FORM, JSON, MULTIPART_CONTENT])
def test_a_bomb_is_unpacked_up_to_the_limit_only(
    alice: User, path: str, content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[int] = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self, window: int) -> None:
            self._unpacker = real(window)

        def decompress(self, packed: bytes, size: int) -> bytes:
            piece = self._unpacker.decompress(packed, size)
            unpacked.append(len(piece))
            return piece

        def __getattr__(self, name: str) -> Any:
            return getattr(self._unpacker, name)

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    filled = b"a" * 30_000_000
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="text"\r\n\r\n'.encode()
    bomb = gzip.compress(field + filled if content_type == MULTIPART_CONTENT else filled)
    response = post(browser(alice), path, bomb, content_type, "gzip")
    assert response.status_code in {200, 302, 400, 413}
    assert sum(unpacked) < 3_000_000


def test_a_file_that_unpacks_to_too_much_is_refused(alice: User, settings: Any) -> None:
    settings.MAX_TRACE_UPLOAD_SIZE = 100_000
    bearer = "Bearer " + create_token(alice, scopes=["write_gpx"])
    form = gpx_form().replace(b"<trk>", b"<trk>" + b" " * 100_000)
    response = post(
        Client(), "/api/0.6/gpx", gzip.compress(form), MULTIPART_CONTENT, "gzip", Authorization=bearer
    )
    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/", "/login", "/oauth2/token", "/no/such/page", "/api/0.6/notes"])
@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x"])
def test_other_encodings_are_refused_everywhere(path: str, encoding: str) -> None:
    assert post(Client(), path, b"a=b", FORM, encoding).status_code == 415


@pytest.mark.parametrize("path", ["/", "/api/0.6/notes/1/close", "/api/capabilities"])
def test_a_request_without_a_body_may_name_an_encoding(path: str) -> None:
    plain = Client().post(path).status_code
    assert Client().post(path, headers={"Content-Encoding": "gzip"}).status_code == plain
