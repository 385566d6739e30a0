"""Redacting and showing again, over the API."""

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

from .client import Answer, call, get, send

CURRENT_REFUSED = "Cannot redact current version of element, only historical versions may be redacted."


def allow(user: User, scope: str = "write_redactions") -> None:
    AccessToken.objects.create(
        user=user, token="secret", scope=scope, expires=timezone.now() + timedelta(days=1)
    )


@pytest.fixture
def redaction(world: None, moderator: User) -> Redaction:
    """Elements with a past, a reason to hide it, and a moderator with a token who may."""
    worlds.load("r1 v2 dV c2 t2020-02-02T00:00:00Z i2 ubob Ttype=route Mn1@")
    allow(moderator)
    return Redaction.objects.create(title="Copied", description="from a map", user=moderator)


def said(answer: Answer) -> tuple[int, str]:
    assert answer.headers.get("Error", answer.text) == answer.text
    return answer.status, answer.text


@pytest.mark.parametrize("kind", list(ElementType))
@pytest.mark.parametrize("call_of", ["redaction", "redact"])
def test_an_old_version_is_redacted_and_shown_again(
    redaction: Redaction, kind: ElementType, call_of: str
) -> None:
    address = f"{kind.label}/1/1"
    assert said(send("POST", f"{address}/{call_of}?redaction={redaction.pk}", "")) == (200, "")
    assert said(get(address)) == (403, "")
    assert SUPERSEDED[kind].objects.get(id=1, version=1).redaction == redaction  # type: ignore[attr-defined]
    if call_of == "redaction":
        assert said(send("DELETE", f"{address}/redaction", "")) == (200, "")
    else:
        assert said(send("POST", f"{address}/redact", "")) == (200, "")
    assert get(address).status == 200


def test_the_redaction_may_stand_in_the_form(redaction: Redaction) -> None:
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


def test_what_is_redacted_can_be_given_another_reason(redaction: Redaction, moderator: User) -> None:
    other = Redaction.objects.create(title="Private", user=moderator)
    for each in (redaction, other):
        assert send("POST", f"node/1/1/redaction?redaction={each.pk}", "").status == 200
    assert OldNode.objects.get(id=1, version=1).redaction == other


def test_showing_again_what_is_in_sight_changes_nothing(redaction: Redaction) -> None:
    assert said(send("DELETE", "node/1/1/redaction", "")) == (200, "")


@pytest.mark.parametrize("address", ["node/1/2", "way/1/2", "relation/1/2", "node/3/2"])
def test_the_current_version_cannot_be_redacted(redaction: Redaction, address: str) -> None:
    for call_of in ("redaction", "redact"):
        answer = send("POST", f"{address}/{call_of}?redaction={redaction.pk}", "")
        assert said(answer) == (400, CURRENT_REFUSED)
    assert said(send("DELETE", f"{address}/redaction", "")) == (400, CURRENT_REFUSED)
    assert said(send("POST", f"{address}/redact", "")) == (400, CURRENT_REFUSED)
    assert get(address).status == 200


def test_the_version_comes_before_the_redaction_and_that_before_the_current_version(
    redaction: Redaction,
) -> None:
    assert said(send("POST", "node/1/9/redaction", "")) == (404, "")
    assert said(send("POST", "node/1/2/redaction", "")) == (400, "No redaction was given")
    for unknown in ("99", "x", "", "-1", "99999999999999999999", "%00"):
        for call_of in ("redaction", "redact"):
            assert said(send("POST", f"node/1/2/{call_of}?redaction={unknown}", "")) == (404, "")


@pytest.mark.parametrize("address", ["node/77/1", "node/1/0", "node/1/9223372036854775807", "way/99/1"])
def test_what_does_not_exist_cannot_be_redacted(redaction: Redaction, address: str) -> None:
    assert said(send("POST", f"{address}/redaction?redaction={redaction.pk}", "")) == (404, "")
    assert said(send("DELETE", f"{address}/redaction", "")) == (404, "")
    assert said(send("POST", f"{address}/redact", "")) == (404, "")


CALLS = [("POST", "redaction"), ("DELETE", "redaction"), ("POST", "redact")]


@pytest.mark.parametrize(("method", "call_of"), CALLS)
def test_only_moderators_who_agreed_to_the_terms_redact(
    redaction: Redaction, moderator: User, administrator: User, method: str, call_of: str
) -> None:
    address = f"node/1/1/{call_of}?redaction={redaction.pk}"
    nowhere = f"node/77/1/{call_of}"
    refused = "You have not permitted the application access to this facility"
    assert call(method, f"/api/0.6/{address}").status == 401
    token = AccessToken.objects.get()
    for user, scope, terms in [
        (administrator, "write_redactions", timezone.now()),
        (moderator, "write_api", timezone.now()),
        (moderator, "write_redactions", None),
    ]:
        User.objects.filter(pk=user.pk).update(terms_agreed=terms)
        AccessToken.objects.filter(pk=token.pk).update(user=user, scope=scope)
        assert said(send(method, address, "")) == (403, refused)
        assert said(send(method, nowhere, "")) == (403, refused)
    assert OldNode.objects.get(id=1, version=1).redaction is None


@pytest.mark.parametrize("status", ["api_readonly", "database_readonly", "api_offline"])
def test_nothing_is_redacted_while_the_site_is_read_only(
    redaction: Redaction, settings: object, status: str
) -> None:
    settings.STATUS = status  # type: ignore[attr-defined]
    for method, call_of in CALLS:
        assert said(call(method, f"/api/0.6/node/1/1/{call_of}")) == (503, "Database offline for maintenance")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"redaction=" + b"1" * 3_000_000),
        ("application/x-www-form-urlencoded", b"redaction=%ff%00"),
    ],
)
def test_a_form_that_makes_no_sense_redacts_nothing(
    redaction: Redaction, content_type: str, body: bytes
) -> None:
    response = Client().post(
        "/api/0.6/node/1/1/redact",
        body,
        content_type=content_type,
        headers={"authorization": "Bearer secret"},
    )
    assert response.status_code in {400, 404, 413}
    assert OldNode.objects.get(id=1, version=1).redaction is None


def test_no_format_of_the_answer_is_refused(redaction: Redaction) -> None:
    answer = send("POST", f"node/1/1/redaction?redaction={redaction.pk}", "", Accept="image/png")
    assert said(answer) == (200, "")


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("GET", "node/1/1/redaction", "POST, DELETE, OPTIONS"),
        ("PUT", "node/1/1/redaction", "POST, DELETE, OPTIONS"),
        ("DELETE", "node/1/1/redact", "POST, OPTIONS"),
    ],
)
def test_wrong_methods_are_405(redaction: Redaction, method: str, address: str, allowed: str) -> None:
    answer = send(method, address, "")
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


def test_a_version_stays_redacted_when_its_element_goes_on(redaction: Redaction) -> None:
    send("POST", f"node/1/1/redaction?redaction={redaction.pk}", "")
    worlds.load("n1 v3 dV c2 t2020-03-01T00:00:00Z i2 ubob x9.5 y47.1 T")
    assert get("node/1/1").status == 403
    assert get("node/1/history").refs == ["n1v2", "n1v3"]


@pytest.mark.django_db(transaction=True)
def test_a_redaction_that_is_being_applied_is_not_deleted(redaction: Redaction, moderator: User) -> None:
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
def test_a_redaction_that_is_being_deleted_is_not_applied(redaction: Redaction, moderator: User) -> None:
    answers: list[Answer] = []

    def apply() -> None:
        answers.append(send("POST", f"node/1/1/redaction?redaction={redaction.pk}", ""))
        connection.close()

    with transaction.atomic():
        actions.delete_redaction(moderator, redaction=redaction)
        other = Thread(target=apply)
        other.start()
        until_somebody_waits()
    other.join()
    assert said(answers[0]) == (404, "")
    assert get("node/1/1").status == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_the_later_one_decides(redaction: Redaction, moderator: User) -> None:
    second = Redaction.objects.create(title="Private", user=moderator)
    answers: list[Answer] = []

    def apply() -> None:
        answers.append(send("POST", f"node/1/1/redaction?redaction={second.pk}", ""))
        connection.close()

    with transaction.atomic():
        actions.redact(moderator, ref=ElementRef(ElementType.NODE, 1), version=1, redaction_id=redaction.pk)
        other = Thread(target=apply)
        other.start()
        until_somebody_waits()
    other.join()
    assert answers[0].status == 200
    assert OldNode.objects.get(id=1, version=1).redaction == second


@pytest.mark.django_db(transaction=True)
def test_what_is_superseded_meanwhile_is_redacted(redaction: Redaction) -> None:
    """The current version is held: either it is still the current one, or it is an old one."""
    answers: list[Answer] = []

    def apply() -> None:
        answers.append(send("POST", f"node/1/2/redaction?redaction={redaction.pk}", ""))
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
    assert answers[0].status == 200
    assert OldNode.objects.get(id=1, version=2).redaction == redaction
