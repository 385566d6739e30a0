"""Refused writes, and the order in which the reasons are checked (upstream behaviour 1.2, 1.6, 1.22)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings

from apps.changesets.models import Changeset
from apps.users.models import User, UserRole

from .client import Response, get, send

OFFLINE = "Database offline for maintenance"
LOG_IN = "Your access to the API has been blocked. Please log in to the web interface to find out more."
LOG_HYPHEN_IN = LOG_IN.replace("log in", "log-in")
URGENT = (
    "You have an urgent message on the OpenStreetMap website. "
    "You need to read the message before you will be able to save your edits."
)
UNSEEN = (
    "Your access to the API is temporarily suspended. Please log in to the web interface to view the "
    "Contributor Terms. You do not need to agree, but you must view them."
)
NOT_PERMITTED = "You have not permitted the application access to this facility"
PRIVATE = "You must make your edits public to upload new data"


def of_age(user: User, days: float) -> None:
    """Pretend that the first changeset was opened some days ago."""
    opened = timezone.now() - timedelta(days=days)
    Changeset.objects.create(user=user, created_at=opened, closed_at=opened, num_changes=1)


def block(user: User, by: User, hours: float = 24, **fields: Any) -> None:
    ends_at = timezone.now() + timedelta(hours=hours)
    user.blocks.create(creator=by, reason="Read this", ends_at=ends_at, **fields)


def create(changeset: Changeset, *places: tuple[float, float], number: int = 0) -> Response:
    """Upload a node at each place, or `number` nodes at one place."""
    nodes = "".join(
        f'<node id="-{index}" changeset="{changeset.pk}" lat="{lat}" lon="{lon}"/>'
        for index, (lat, lon) in enumerate([*places, *[(1.0, 1.0)] * number], 1)
    )
    return send(
        "POST",
        f"changeset/{changeset.pk}/upload",
        f"<osmChange><create>{nodes}</create></osmChange>",
    )


@pytest.mark.parametrize(
    ("days", "role", "allowed"),
    [
        (0, None, 10),
        # 160 * (4 / 8)^2
        (4, None, 40),
        (80, None, 160),
        (0, UserRole.Role.IMPORTER, 200),
        (0, UserRole.Role.MODERATOR, 300),
    ],
)
def test_changes_per_hour_depend_on_age_and_role(
    changeset: Changeset, alice: User, settings: Settings, days: float, role: str | None, allowed: int
) -> None:
    settings.INITIAL_CHANGES_PER_HOUR, settings.MAX_CHANGES_PER_HOUR = 10, 160
    settings.DAYS_TO_MAX_CHANGES = 8
    settings.IMPORTER_CHANGES_PER_HOUR, settings.MODERATOR_CHANGES_PER_HOUR = 200, 300
    of_age(alice, days)
    Changeset.objects.exclude(pk=changeset.pk).update(num_changes=0)
    if role:
        alice.roles.create(role=role)
    assert create(changeset, number=allowed + 1).status == 429
    assert create(changeset, number=allowed).status == 200
    node = f'<osm><node changeset="{changeset.pk}" lat="1" lon="1"/></osm>'
    assert send("PUT", "node/create", node).status == 429


def test_only_changesets_of_the_last_hour_count(
    changeset: Changeset, alice: User, settings: Settings
) -> None:
    settings.INITIAL_CHANGES_PER_HOUR = settings.MAX_CHANGES_PER_HOUR = 5
    old = timezone.now() - timedelta(minutes=61)
    before = Changeset.objects.create(user=alice, created_at=old, closed_at=old, num_changes=100)
    assert create(changeset, number=5).status == 200
    assert create(changeset, number=1).status == 429
    Changeset.objects.filter(pk=before.pk).update(created_at=timezone.now(), num_changes=0)
    assert create(changeset, number=1).status == 429


def test_the_limit_restarts_after_a_block(
    changeset: Changeset, alice: User, moderator: User, settings: Settings
) -> None:
    settings.INITIAL_CHANGES_PER_HOUR = 2
    of_age(alice, 30)
    block(alice, moderator, hours=-1, created_at=timezone.now() - timedelta(days=20))
    of_age(alice, 10)
    assert create(changeset, number=9).status == 200
    alice.blocks.update(created_at=timezone.now() - timedelta(days=5))
    assert create(changeset, number=1).status == 429


@pytest.mark.parametrize(
    ("days", "role", "degrees"),
    [
        (0, None, 3),
        # 540 * (7 / 28)^2
        (7, None, 33.75),
        (30, None, 540),
        (0, UserRole.Role.IMPORTER, 540),
        (0, UserRole.Role.MODERATOR, 540),
    ],
)
def test_the_bbox_limit_of_a_changeset_depends_on_age_and_role(
    changeset: Changeset, alice: User, degrees: float, days: float, role: str | None
) -> None:
    of_age(alice, days)
    if role:
        alice.roles.create(role=role)
    # The clocks of test and database may differ by seconds.
    wide = min(degrees - 0.5, 350)
    if degrees < 350:
        response = create(changeset, (0, -175), (1, -175 + degrees))
        assert (response.status, response.text) == (413, "Changeset bounding box size limit exceeded.")
    assert create(changeset, (0, -175), (0.5, -175 + wide)).status == 200


# Permission to write

WRITES = [
    ("PUT", "changeset/create", LOG_HYPHEN_IN),
    ("POST", "changesets", LOG_IN),
    ("PUT", "changeset/4711", LOG_HYPHEN_IN),
    ("PUT", "changeset/4711/close", LOG_HYPHEN_IN),
    ("POST", "changeset/4711/upload", LOG_HYPHEN_IN),
    ("PUT", "node/create", LOG_IN),
    ("PUT", "way/4711", LOG_IN),
    ("DELETE", "relation/4711", LOG_IN),
]


def fall(user: User, **fields: Any) -> Callable[[], Any]:
    return lambda: User.objects.filter(pk=user.pk).update(**fields)


@pytest.mark.parametrize(("method", "path", "blocked"), WRITES)
def test_permissions_are_checked_in_order_and_before_the_body(
    token: str, alice: User, moderator: User, settings: Settings, method: str, path: str, blocked: str
) -> None:
    """Each step removes the reason that was reported before it; the request itself is always invalid."""
    User.objects.filter(pk=alice.pk).update(
        data_public=False, terms_agreed=None, terms_seen=False, status="suspended"
    )
    AccessToken.objects.update(scope="read_prefs")
    settings.STATUS = "api_readonly"
    block(alice, moderator)

    def told(authorization: str = token) -> tuple[int, str]:
        response = send(method, path, "nonsense", Authorization=authorization)
        return response.status, response.text

    assert told() == (503, OFFLINE)
    settings.STATUS = "online"
    assert told("Bearer other") == (401, "Couldn't authenticate you")
    assert told() == (403, blocked)
    alice.blocks.all().delete()
    assert told() == (403, UNSEEN)
    for change in (
        fall(alice, terms_seen=True),
        fall(alice, status="active"),
        fall(alice, terms_agreed=timezone.now()),
    ):
        change()
        assert told() == (403, NOT_PERMITTED)
    AccessToken.objects.update(scope="write_api")
    assert told() == (403, PRIVATE)
    fall(alice, data_public=True)()
    status, text = told()
    if "4711" in path:
        assert (status, text) == (404, "")
    else:
        assert (status, "Start tag expected" in text) == (400, True)


@pytest.mark.parametrize(("method", "path", "blocked"), WRITES)
@pytest.mark.parametrize(
    ("hours", "needs_view", "refused"),
    [(1, False, True), (-1, True, True), (-1, False, False)],
)
def test_a_block_lasts_for_its_period_and_until_it_was_read(
    token: str,
    alice: User,
    moderator: User,
    method: str,
    path: str,
    blocked: str,
    hours: float,
    needs_view: bool,
    refused: bool,
) -> None:
    block(alice, moderator, hours, needs_view=needs_view)
    response = send(method, path, "nonsense")
    assert (response.status == 403) is refused
    if refused:
        urgent = needs_view and blocked == LOG_IN
        assert response.text == (URGENT if urgent else blocked)
        assert response.headers["Error"] == response.text


@pytest.mark.parametrize("status", ["pending", "suspended", "deleted"])
def test_an_inactive_account_cannot_write_but_reads_public_data(token: str, alice: User, status: str) -> None:
    fall(alice, status=status)()
    for method, path, _ in WRITES:
        response = send(method, path, "nonsense")
        assert (response.status, response.text) == (403, NOT_PERMITTED)
    assert get("node/1", Authorization=token).status == 200
    fall(alice, status="confirmed")()
    assert send("PUT", "changeset/create", "<osm><changeset/></osm>").status == 200


def test_a_blocked_user_can_still_read_the_map(token: str, alice: User, moderator: User) -> None:
    block(alice, moderator)
    for path in ("node/1", "map?bbox=9.4,47.0,9.6,47.2", "changeset/1"):
        assert get(path, Authorization=token).status == 200


@pytest.mark.parametrize(
    ("status", "reads", "writes"),
    [
        ("online", 200, 200),
        ("api_readonly", 200, 503),
        ("api_offline", 503, 503),
        ("database_readonly", 200, 503),
        ("database_offline", 503, 503),
        ("gpx_offline", 200, 200),
    ],
)
def test_the_service_status_closes_the_api(
    token: str, settings: Settings, status: str, reads: int, writes: int
) -> None:
    settings.STATUS = status
    assert get("node/1").status == reads
    response = send("PUT", "changeset/create", "<osm><changeset/></osm>")
    assert response.status == writes
    if writes == 503:
        assert response.text == response.headers["Error"] == OFFLINE
    assert get("capabilities").status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_content_encoding_is_reported_first(db: None, settings: Settings, method: str) -> None:
    settings.STATUS = "api_offline"
    response = send(method, "user_blocks", "", Authorization="Bearer other", Content_Encoding="br")
    assert (response.status, response.text) == (415, "")


WRONG_METHODS = [
    *(("POST", "node/1"), ("PATCH", "node/1"), ("PUT", "nodes"), ("DELETE", "nodes"), ("POST", "map")),
    *(("PUT", "way/1/full"), ("GET", "changeset/1/upload"), ("PUT", "notes"), ("POST", "capabilities")),
]


@pytest.mark.parametrize(("method", "path"), WRONG_METHODS)
def test_an_unknown_content_encoding_is_reported_before_a_wrong_method(
    db: None, method: str, path: str
) -> None:
    response = send(method, path, "", Content_Encoding="foo")
    assert (response.status, response.text) == (415, "")


@pytest.mark.parametrize("status", ["online", "api_readonly", "api_offline", "database_offline"])
@pytest.mark.parametrize(("method", "path"), WRONG_METHODS)
def test_a_wrong_method_is_405_whatever_the_service_status(
    db: None, settings: Settings, status: str, method: str, path: str
) -> None:
    settings.STATUS = status
    assert send(method, path, "").status == 405


# Malicious documents. Those for uploads are in test_upload.py.

BOMB = (
    '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{"&" + before + ";"}{"&" + before + ";"}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><osm><{kind}><tag k="x" v="&i;"/></{kind}></osm>'
)
HARM = [
    BOMB,
    '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm><{kind}>&x;</{kind}></osm>',
    '<!DOCTYPE osm SYSTEM "http://127.0.0.1:1/x.dtd"><osm><{kind}/></osm>',
    "<osm>" + "<a>" * 1_000_000,
    "\x00",
    '<osm><{kind}><tag k="a\x00" v="b"/></{kind}></osm>',
    '<osm><{kind} lat="1" lat="2"/></osm>',
    "",
    "{{}}",
]


@pytest.mark.parametrize("document", HARM, ids=[text[:30] for text in HARM])
@pytest.mark.parametrize("errors", ["text", "xml"])
@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("PUT", "changeset/create", "changeset"),
        ("PUT", "node/create", "node"),
        ("PUT", "way/1", "way"),
        ("DELETE", "relation/1", "relation"),
    ],
)
def test_a_malicious_document_is_400_and_changes_nothing(
    token: str, method: str, path: str, kind: str, document: str, errors: str
) -> None:
    response = send(method, path, document.replace("{kind}", kind), X_Error_Format=errors)
    assert "root:" not in response.text
    if errors == "xml":
        assert (response.status, response.xml.findtext("status")) == (200, "400 Bad Request")
    else:
        assert response.status == 400
    assert response.headers["Error"].isprintable()


def test_a_control_character_does_not_break_the_header(token: str) -> None:
    response = send("PUT", "node/create", "<osm>\x00\x1b[2J\r\nSet-Cookie: a=b</osm>")
    assert response.status == 400
    assert "Set-Cookie" not in response.headers
    assert not set(response.headers["Error"]) & {"\x00", "\x1b", "\r", "\n"}
