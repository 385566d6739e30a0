"""Blocks over the API (upstream behaviour 1.19)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.oauth.actions import create_token
from apps.users.models import User, UserBlock

from .client import Response, attributes, call, get, send
from .test_refusals import UNSEEN


def token(user: User, scopes: str) -> str:
    return f"Bearer {create_token(user, scopes=scopes.split())}"


@pytest.fixture
def mod(moderator: User) -> str:
    """The Authorization header of a moderator who may block."""
    return token(moderator, "write_blocks")


def create(authorization: str, **parameters: Any) -> Response:
    return send("POST", f"user_blocks?{urlencode(parameters)}", "", Authorization=authorization)


def test_a_block_is_returned_as_xml_and_json(alice: User, moderator: User, mod: str) -> None:
    response = create(mod, user=alice.pk, reason="Please *talk*", period=24)
    assert (response.status, response.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    block = UserBlock.objects.get()
    ((shown),) = response.xml
    assert list(attributes(shown)) == ["id", "created_at", "updated_at", "ends_at", "needs_view"]
    assert shown.get("id") == str(block.pk)
    assert shown.get("needs_view") == "false"
    assert shown.get("ends_at") == f"{block.ends_at:%Y-%m-%dT%H:%M:%SZ}"
    assert [(child.tag, attributes(child)) for child in shown] == [
        ("user", {"uid": str(alice.pk), "user": "alice"}),
        ("creator", {"uid": str(moderator.pk), "user": "moderator"}),
        ("reason", {}),
    ]
    assert shown.findtext("reason") == "Please *talk*"
    assert get(f"user_blocks/{block.pk}").body == response.body
    UserBlock.objects.update(revoker=moderator)
    json = get(f"user_blocks/{block.pk}.json").json
    assert json["version"] == "0.6"
    assert json["user_block"] == {
        "id": block.pk,
        **{name: shown.get(name) for name in ("created_at", "updated_at", "ends_at")},
        "needs_view": False,
        "user": {"uid": alice.pk, "user": "alice"},
        "creator": {"uid": moderator.pk, "user": "moderator"},
        "revoker": {"uid": moderator.pk, "user": "moderator"},
        "reason": "Please *talk*",
    }


@pytest.mark.parametrize("path", ["user_blocks/99", "user_blocks/9223372036854775807.json"])
def test_an_unknown_block_is_404_with_a_message(db: None, path: str) -> None:
    response = get(path)
    assert (response.status, response.text) == (404, "Object not found")


def test_a_block_ends_after_its_period_unless_it_must_be_read(alice: User, mod: str) -> None:
    create(mod, user=alice.pk, reason="x", period=48)
    create(mod, user=alice.pk, reason="x", period=0, needs_view="true")
    timed, to_be_read = UserBlock.objects.order_by("pk")
    assert abs(timed.ends_at - timezone.now() - timedelta(hours=48)) < timedelta(minutes=1)
    assert timed.deactivates_at == timed.ends_at
    assert (to_be_read.needs_view, to_be_read.deactivates_at) == (True, None)


def test_parameters_may_be_sent_in_a_form(alice: User, mod: str) -> None:
    fields = {"user": alice.pk, "reason": "from a form", "period": "1", "needs_view": "true"}
    response = Client().post("/api/0.6/user_blocks.json", fields, headers={"Authorization": mod})
    assert response.json()["user_block"]["reason"] == "from a form"
    response = Client().post(
        "/api/0.6/user_blocks.json",
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": mod},
    )
    assert response.json()["user_block"]["needs_view"] is True


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"user": None}, 400, "No user was given"),
        ({"user": 0}, 404, "Object not found"),
        ({"user": "alice"}, 404, "Object not found"),
        ({"user": "9" * 30}, 404, "Object not found"),
        ({"reason": None}, 400, "No reason was given"),
        ({"period": None}, 400, "No period was given"),
        ({"period": "a day"}, 400, "Period should be a number of hours"),
        ({"period": "1.5"}, 400, "Period should be a number of hours"),
        ({"period": "-1"}, 400, "Period must be between 0 and 87660"),
        ({"period": "87661"}, 400, "Period must be between 0 and 87660"),
        ({"period": "9" * 5000}, 400, "Period must be between 0 and 87660"),
        ({"needs_view": "false"}, 400, "Needs_view must be true if provided"),
        ({"needs_view": ""}, 400, "Needs_view must be true if provided"),
        ({"reason": "x" * 10_001}, 400, "The reason must not be longer than 10000 characters."),
        ({"reason": "a\x00b"}, 400, "The reason contains invalid characters."),
        ({"reason": "\ufffe"}, 400, "The reason contains invalid characters."),
    ],
)
def test_an_invalid_block_is_refused(
    alice: User, mod: str, changes: dict[str, Any], status: int, text: str
) -> None:
    """Errors that are checked later are not reported."""
    given = {"user": alice.pk, "reason": "x", "period": "1"} | changes
    response = create(mod, **{name: value for name, value in given.items() if value is not None})
    assert (response.status, response.text) == (status, text)
    assert not UserBlock.objects.exists()


def test_errors_are_reported_in_this_order(alice: User, mod: str) -> None:
    given: dict[str, Any] = {"period": "x", "needs_view": "no"}
    for name, value, text in [
        ("user", "", "No user was given"),
        ("user", alice.pk, "No reason was given"),
        ("reason", "x", "Period should be a number of hours"),
        ("period", "-5", "Period must be between 0 and 87660"),
        ("period", "5", "Needs_view must be true if provided"),
    ]:
        given[name] = value
        assert create(mod, **given).text == text


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_deleted_and_suspended_users_are_not_found(alice: User, mod: str, status: str) -> None:
    User.objects.filter(pk=alice.pk).update(status=status)
    assert create(mod, user=alice.pk, reason="x", period=1).status == 404


def test_only_moderators_with_the_scope_can_block(
    alice: User, bob: User, moderator: User, administrator: User, settings: Settings
) -> None:
    for user, scopes in ((bob, "write_blocks"), (administrator, "write_blocks"), (moderator, "write_api")):
        response = create(token(user, scopes), user=alice.pk, reason="x", period=1)
        assert (response.status, response.text) == (
            403,
            "You have not permitted the application access to this facility",
        )
    assert create("").status == 401
    settings.STATUS = "api_readonly"
    assert create("").status == 503


def test_an_invalid_form_is_refused(alice: User, mod: str, settings: Settings) -> None:
    assert call("HEAD", "/api/0.6/user_blocks", Authorization=mod).status == 405
    assert get("user_blocks").headers["Allow"].split(", ")[0] == "POST"
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    form = "application/x-www-form-urlencoded"
    for body in ("reason=" + "x" * 2000, "a=b&" * 2000):
        response = Client().post(
            "/api/0.6/user_blocks", body, content_type=form, headers={"Authorization": mod}
        )
        assert response.status_code == 413
    assert not UserBlock.objects.exists()


def test_the_longest_period_is_the_limit(alice: User, mod: str, settings: Settings) -> None:
    settings.USER_BLOCK_PERIODS = [0, 24]
    assert create(mod, user=alice.pk, reason="x", period=23).status == 200
    response = create(mod, user=alice.pk, reason="x", period=25)
    assert response.text == "Period must be between 0 and 24"


def test_blocked_users_can_read_their_blocks(mallory: User, moderator: User, bob: User) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    mallory.blocks.create(creator=moderator, reason="over", ends_at=yesterday)
    newest = mallory.blocks.create(creator=moderator, reason="read", ends_at=yesterday, needs_view=True)
    bob.blocks.create(creator=moderator, reason="another's", ends_at=yesterday, needs_view=True)
    first = mallory.blocks.order_by("pk")[0]
    authorization = token(mallory, "read_prefs")
    response = get("user/blocks/active", Authorization=authorization)
    assert [block.get("id") for block in response.xml] == [str(newest.pk), str(first.pk)]
    assert [child.tag for child in response.xml[0]] == ["user", "creator"]
    json = get("user/blocks/active.json", Authorization=authorization).json
    assert [block["id"] for block in json["user_blocks"]] == [newest.pk, first.pk]
    assert "reason" not in json["user_blocks"][0]


def test_reading_own_blocks_needs_the_scope_and_the_terms(mallory: User) -> None:
    assert get("user/blocks/active").text == "Couldn't authenticate you"
    assert get("user/blocks/active", Authorization=token(mallory, "write_api")).status == 403
    User.objects.filter(pk=mallory.pk).update(terms_seen=False)
    response = get("user/blocks/active", Authorization=token(mallory, "read_prefs"))
    assert (response.status, response.text) == (403, UNSEEN)


def test_the_statement_count_does_not_grow(
    mallory: User, moderator: User, django_assert_num_queries: Any
) -> None:
    authorization = token(mallory, "read_prefs")
    for _ in range(5):
        mallory.blocks.create(creator=moderator, reason="x", ends_at=timezone.now(), needs_view=True)
    # The token and the blocks.
    with django_assert_num_queries(2):
        assert len(get("user/blocks/active", Authorization=authorization).xml) == 6


def test_the_block_counts_of_both_users_are_updated(alice: User, moderator: User, mod: str) -> None:
    create(mod, user=alice.pk, reason="x", period=1)
    create(mod, user=alice.pk, reason="x", period=0)
    received = get(f"user/{alice.pk}").xml.find("user/blocks/received")
    assert received is not None
    assert attributes(received) == {"count": "2", "active": "1"}
    issued = get(f"user/{moderator.pk}.json").json["user"]["blocks"]["issued"]
    assert issued == {"count": 2, "active": 1}
