"""Redacting and unredacting over the API."""

from datetime import timedelta
from threading import Thread
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.elements.models import SUPERSEDED, Node, OldNode
from apps.moderation import actions
from apps.moderation.models import Redaction
from apps.osm.elements import ElementRef, ElementType
from apps.users.models import User
from tests import worlds
from tests.races import until_somebody_waits

from .client import Response, call, get, send

CURRENT_REFUSED = "Cannot redact current version of element, only historical versions may be redacted."


def allow(user: User, scope: str = "write_redactions") -> None:
    AccessToken.objects.create(
        user=user, token="secret", scope=scope, expires=timezone.now() + timedelta(days=1)
    )


@pytest.fixture
def redaction(world: None, moderator: User) -> Redaction:
    """A redaction, elements with old versions, and a token of a moderator who may redact them."""
    worlds.load("r1 v2 dV c2 t2020-02-02T00:00:00Z i2 ubob Ttype=route Mn1@")
    allow(moderator)
    return Redaction.objects.create(title="Copied", description="from a map", user=moderator)


def status_and_text(response: Response) -> tuple[int, str]:
    assert response.headers.get("Error", response.text) == response.text
    return response.status, response.text


@pytest.mark.parametrize("kind", list(ElementType))
@pytest.mark.parametrize("call_of", ["redaction", "redact"])
def test_an_old_version_is_redacted_and_unredacted(
    redaction: Redaction, kind: ElementType, call_of: str
) -> None:
    path = f"{kind.label}/1/1"
    assert status_and_text(send("POST", f"{path}/{call_of}?redaction={redaction.pk}", "")) == (200, "")
    assert status_and_text(get(path)) == (403, "")
    assert SUPERSEDED[kind].objects.get(id=1, version=1).redaction == redaction  # type: ignore[attr-defined]
    if call_of == "redaction":
        assert status_and_text(send("DELETE", f"{path}/redaction", "")) == (200, "")
    else:
        assert status_and_text(send("POST", f"{path}/redact", "")) == (200, "")
    assert get(path).status == 200


def test_the_redaction_may_be_sent_in_a_form(redaction: Redaction) -> None:
    for call_of in ("redaction", "redact"):
        OldNode.objects.update(redaction=None)
        response = Client().post(
            f"/api/0.6/node/1/1/{call_of}",
            urlencode({"redaction": redaction.pk}),
            content_type="application/x-www-form-urlencoded",
            headers={"authorization": "Bearer secret"},
        )
        assert (response.status_code, response.content) == (200, b"")
        assert OldNode.objects.get(id=1, version=1).redaction == redaction


def test_a_redacted_version_can_get_another_redaction(redaction: Redaction, moderator: User) -> None:
    other = Redaction.objects.create(title="Private", user=moderator)
    for each in (redaction, other):
        assert send("POST", f"node/1/1/redaction?redaction={each.pk}", "").status == 200
    assert OldNode.objects.get(id=1, version=1).redaction == other


def test_unredacting_a_visible_version_changes_nothing(redaction: Redaction) -> None:
    assert status_and_text(send("DELETE", "node/1/1/redaction", "")) == (200, "")


@pytest.mark.parametrize("path", ["node/1/2", "way/1/2", "relation/1/2", "node/3/2"])
def test_the_current_version_cannot_be_redacted(redaction: Redaction, path: str) -> None:
    for call_of in ("redaction", "redact"):
        response = send("POST", f"{path}/{call_of}?redaction={redaction.pk}", "")
        assert status_and_text(response) == (400, CURRENT_REFUSED)
    assert status_and_text(send("DELETE", f"{path}/redaction", "")) == (400, CURRENT_REFUSED)
    assert status_and_text(send("POST", f"{path}/redact", "")) == (400, CURRENT_REFUSED)
    assert get(path).status == 200


def test_version_redaction_and_current_version_are_checked_in_this_order(
    redaction: Redaction,
) -> None:
    assert status_and_text(send("POST", "node/1/9/redaction", "")) == (404, "")
    assert status_and_text(send("POST", "node/1/2/redaction", "")) == (400, "No redaction was given")
    for unknown in ("99", "x", "", "-1", "99999999999999999999", "%00"):
        for call_of in ("redaction", "redact"):
            assert status_and_text(send("POST", f"node/1/2/{call_of}?redaction={unknown}", "")) == (404, "")


@pytest.mark.parametrize("path", ["node/77/1", "node/1/0", "node/1/9223372036854775807", "way/99/1"])
def test_an_unknown_version_cannot_be_redacted(redaction: Redaction, path: str) -> None:
    assert status_and_text(send("POST", f"{path}/redaction?redaction={redaction.pk}", "")) == (404, "")
    assert status_and_text(send("DELETE", f"{path}/redaction", "")) == (404, "")
    assert status_and_text(send("POST", f"{path}/redact", "")) == (404, "")


CALLS = [("POST", "redaction"), ("DELETE", "redaction"), ("POST", "redact")]


@pytest.mark.parametrize(("method", "call_of"), CALLS)
def test_only_moderators_who_agreed_to_the_terms_may_redact(
    redaction: Redaction, moderator: User, administrator: User, method: str, call_of: str
) -> None:
    path = f"node/1/1/{call_of}?redaction={redaction.pk}"
    nowhere = f"node/77/1/{call_of}"
    refused = "You have not permitted the application access to this facility"
    assert call(method, f"/api/0.6/{path}").status == 401
    token = AccessToken.objects.get()
    for user, scope, terms in [
        (administrator, "write_redactions", timezone.now()),
        (moderator, "write_api", timezone.now()),
        (moderator, "write_redactions", None),
    ]:
        User.objects.filter(pk=user.pk).update(terms_agreed=terms)
        AccessToken.objects.filter(pk=token.pk).update(user=user, scope=scope)
        assert status_and_text(send(method, path, "")) == (403, refused)
        assert status_and_text(send(method, nowhere, "")) == (403, refused)
    assert OldNode.objects.get(id=1, version=1).redaction is None


@pytest.mark.parametrize("status", ["api_readonly", "database_readonly", "api_offline"])
def test_nothing_is_redacted_while_the_site_is_read_only(
    redaction: Redaction, settings: object, status: str
) -> None:
    settings.STATUS = status  # type: ignore[attr-defined]
    for method, call_of in CALLS:
        assert status_and_text(call(method, f"/api/0.6/node/1/1/{call_of}")) == (
            503,
            "Database offline for maintenance",
        )


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", b"no boundary", 400),
        ("application/x-www-form-urlencoded", b"redaction=" + b"1" * 3_000_000, 413),
        ("application/x-www-form-urlencoded", b"redaction=%ff%00", 400),
    ],
)
def test_an_invalid_form_redacts_nothing(
    redaction: Redaction, content_type: str, body: bytes, status: int
) -> None:
    response = Client().post(
        "/api/0.6/node/1/1/redact",
        body,
        content_type=content_type,
        headers={"authorization": "Bearer secret"},
    )
    assert response.status_code == status
    assert OldNode.objects.get(id=1, version=1).redaction is None


def test_accept_is_ignored_where_the_body_is_empty(redaction: Redaction) -> None:
    response = send("POST", f"node/1/1/redaction?redaction={redaction.pk}", "", Accept="image/png")
    assert status_and_text(response) == (200, "")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "node/1/1/redaction", "POST, DELETE, OPTIONS"),
        ("PUT", "node/1/1/redaction", "POST, DELETE, OPTIONS"),
        ("DELETE", "node/1/1/redact", "POST, OPTIONS"),
    ],
)
def test_wrong_methods_are_405(redaction: Redaction, method: str, path: str, allowed: str) -> None:
    response = send(method, path, "")
    assert (response.status, response.headers["Allow"]) == (405, allowed)


def test_a_version_stays_redacted_when_its_element_changes(redaction: Redaction) -> None:
    send("POST", f"node/1/1/redaction?redaction={redaction.pk}", "")
    worlds.load("n1 v3 dV c2 t2020-03-01T00:00:00Z i2 ubob x9.5 y47.1 T")
    assert get("node/1/1").status == 403
    assert get("node/1/history").refs == ["n1v2", "n1v3"]


@pytest.mark.django_db(transaction=True)
def test_a_redaction_cannot_be_deleted_while_it_is_being_applied(
    redaction: Redaction, moderator: User
) -> None:
    refusals: list[str] = []

    def delete() -> None:
        try:
            actions.delete_redaction(moderator, redaction=redaction)
        except ValidationError as error:
            refusals.extend(error.messages)
        finally:
            connection.close()

    with transaction.atomic():
        actions.redact(moderator, ref=ElementRef(ElementType.NODE, 1), version=1, redaction_id=redaction.pk)
        other = Thread(target=delete)
        other.start()
        until_somebody_waits()
    other.join()
    assert len(refusals) == 1
    assert Redaction.objects.filter(pk=redaction.pk).exists()
    assert get("node/1/1").status == 403


@pytest.mark.django_db(transaction=True)
def test_a_redaction_cannot_be_applied_while_it_is_being_deleted(
    redaction: Redaction, moderator: User
) -> None:
    responses: list[Response] = []

    def apply() -> None:
        responses.append(send("POST", f"node/1/1/redaction?redaction={redaction.pk}", ""))
        connection.close()

    with transaction.atomic():
        actions.delete_redaction(moderator, redaction=redaction)
        other = Thread(target=apply)
        other.start()
        until_somebody_waits()
    other.join()
    assert status_and_text(responses[0]) == (404, "")
    assert get("node/1/1").status == 200


@pytest.mark.django_db(transaction=True)
def test_the_later_of_two_moderators_decides(redaction: Redaction, moderator: User) -> None:
    second = Redaction.objects.create(title="Private", user=moderator)
    responses: list[Response] = []

    def apply() -> None:
        responses.append(send("POST", f"node/1/1/redaction?redaction={second.pk}", ""))
        connection.close()

    with transaction.atomic():
        actions.redact(moderator, ref=ElementRef(ElementType.NODE, 1), version=1, redaction_id=redaction.pk)
        other = Thread(target=apply)
        other.start()
        until_somebody_waits()
    other.join()
    assert responses[0].status == 200
    assert OldNode.objects.get(id=1, version=1).redaction == second


@pytest.mark.django_db(transaction=True)
def test_a_version_that_is_superseded_in_the_meantime_is_redacted(redaction: Redaction) -> None:
    """The current version is locked, so it is either still current or already old."""
    responses: list[Response] = []

    def apply() -> None:
        responses.append(send("POST", f"node/1/2/redaction?redaction={redaction.pk}", ""))
        connection.close()

    with transaction.atomic():
        node = Node.objects.select_for_update().get(pk=1)
        other = Thread(target=apply)
        other.start()
        until_somebody_waits()
        columns = {name: getattr(node, name) for name in ("visible", "changeset_id", "tags", "lat", "lon")}
        OldNode.objects.create(id=1, version=2, **columns)
        Node.objects.filter(pk=1).update(version=3)
    other.join()
    assert responses[0].status == 200
    assert OldNode.objects.get(id=1, version=2).redaction == redaction
