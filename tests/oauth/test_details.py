"""`GET /api/0.6/user/details`, and what scopes, terms, blocks and status allow in any call."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.api06.authentication import BearerToken
from apps.api06.permissions import (
    COMMENT_CHANGESET,
    CREATE_BLOCK,
    EDIT_MAP,
    HIDE_CHANGESET_COMMENT,
    HIDE_NOTE,
    READ_TRACES,
    REDACT,
    WRITE_NOTES,
    Needs,
    enforce,
)
from apps.oauth.actions import create_token
from apps.osm.errors import NotAuthenticatedError, NotPermittedError, OsmError, PrivateEditsError
from apps.users.models import User
from tests.api06.client import Response, get

BLOCKED = "Your access to the API has been blocked. Please log in to the web interface to find out more."
URGENT = (
    "You have an urgent message on the OpenStreetMap website. "
    "You need to read the message before you will be able to save your edits."
)
UNSEEN = (
    "Your access to the API is temporarily suspended. Please log in to the web interface to view the "
    "Contributor Terms. You do not need to agree, but you must view them."
)
NOT_PERMITTED = "You have not permitted the application access to this facility"


def as_user(user: User, scopes: str, address: str = "user/details") -> Response:
    return get(address, Authorization=f"Bearer {create_token(user, scopes=scopes.split())}")


def set_(user: User, **fields: Any) -> None:
    User.objects.filter(id=user.id).update(**fields)


def test_the_private_part_comes_last_in_xml(alice: User) -> None:
    set_(alice, home_lat=47.1, home_lon=9.5, home_zoom=12, languages="de-DE de,en", consider_pd=True)
    (user,) = as_user(alice, "read_prefs").xml
    assert [child.tag for child in user][-4:] == ["blocks", "home", "languages", "messages"]
    assert dict(user.find("contributor-terms").attrib) == {"agreed": "true", "pd": "true"}  # type: ignore[union-attr]
    assert dict(user.find("home").attrib) == {"lat": "47.1", "lon": "9.5", "zoom": "12"}  # type: ignore[union-attr]
    assert [lang.text for lang in user.findall("languages/lang")] == ["de-DE", "de", "en"]
    assert [dict(box.attrib) for box in user.findall("messages/*")] == [
        {"count": "0", "unread": "0"},
        {"count": "0"},
    ]
    assert user.find("email") is None


def test_the_details_in_json(alice: User) -> None:
    set_(alice, home_lat=47.1, home_lon=9.5, languages="de")
    user = as_user(alice, "read_prefs read_email", "user/details.json").json["user"]
    assert user["contributor_terms"] == {"agreed": True, "pd": False}
    assert user["home"] == {"lat": 47.1, "lon": 9.5, "zoom": 3}
    assert user["languages"] == ["de"]
    assert user["messages"] == {"received": {"count": 0, "unread": 0}, "sent": {"count": 0}}
    assert user["email"] == "alice@example.org"


def test_unset_values_are_omitted(alice: User) -> None:
    user = as_user(alice, "read_prefs", "user/details.json").json["user"]
    assert not {"home", "languages", "email"} & user.keys()


def test_moderators_see_the_blocks_they_issued(moderator: User, mallory: User) -> None:
    blocks = as_user(moderator, "read_prefs", "user/details.json").json["user"]["blocks"]
    assert blocks == {"received": {"count": 0, "active": 0}, "issued": {"count": 1, "active": 1}}


@pytest.mark.parametrize("address", ["user/{id}.json", "users.json?users={id}"])
def test_users_see_their_private_part_in_every_call(alice: User, bob: User, address: str) -> None:
    def described(reader: User, scopes: str) -> dict[str, Any]:
        document = as_user(reader, scopes, address.format(id=alice.id)).json
        user: dict[str, Any] = (document.get("users") or [document])[0]["user"]
        return user

    assert "messages" in described(alice, "read_prefs")
    assert "messages" not in described(alice, "write_api")
    other = described(bob, "read_prefs read_email")
    assert not {"messages", "email"} & other.keys()
    assert "pd" not in other["contributor_terms"]


def test_a_call_without_a_token_is_rejected(alice: User) -> None:
    token = create_token(alice, scopes=["read_prefs"])
    for answer in (
        get("user/details"),
        get("user/details", Authorization="Bearer other"),
        get("user/details", Authorization=f"Basic {token}"),
        get(f"user/details?access_token={token}"),
    ):
        assert (answer.status, answer.text) == (401, "Couldn't authenticate you")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert not {"WWW-Authenticate", "Error"} & answer.headers.keys()
    assert get("user/details", X_Error_Format="xml").status == 401


def test_another_scope_is_not_enough(alice: User) -> None:
    answer = as_user(alice, "write_prefs write_api")
    assert (answer.status, answer.text) == (403, NOT_PERMITTED)


@pytest.mark.parametrize("status", ["pending", "suspended", "deleted"])
def test_an_inactive_account_may_do_nothing(alice: User, status: str) -> None:
    set_(alice, status=status)
    answer = as_user(alice, "read_prefs")
    assert (answer.status, answer.text) == (403, NOT_PERMITTED)


def test_a_block_is_reported_first(mallory: User) -> None:
    set_(mallory, terms_seen=False, status="suspended")
    answer = as_user(mallory, "write_api")
    assert (answer.status, answer.text) == (403, BLOCKED)
    assert answer.headers["Error"] == BLOCKED
    assert get("user/details").status == 401


@pytest.mark.parametrize(
    ("hours", "needs_view", "status", "text"),
    [(0, True, 403, URGENT), (0, False, 200, None), (24, True, 403, BLOCKED), (-24, True, 403, URGENT)],
)
def test_a_block_that_must_be_read_outlasts_its_period(
    alice: User, moderator: User, hours: int, needs_view: bool, status: int, text: str | None
) -> None:
    alice.blocks.create(
        creator=moderator,
        reason="Read this",
        ends_at=timezone.now() + timedelta(hours=hours),
        needs_view=needs_view,
    )
    answer = as_user(alice, "read_prefs")
    assert answer.status == status
    assert text is None or answer.text == text


def test_unseen_terms_allow_only_the_details(alice: User) -> None:
    set_(alice, terms_seen=False, terms_agreed=None)
    assert as_user(alice, "read_prefs").status == 200
    for address in ("permissions", f"user/{alice.id}", f"users?users={alice.id}"):
        answer = as_user(alice, "read_prefs", address)
        assert (answer.status, answer.text) == (403, UNSEEN)


def test_blocked_users_cannot_read_their_permissions(mallory: User) -> None:
    assert as_user(mallory, "read_prefs", "permissions").text == BLOCKED


def asking(user: User | None, scopes: str) -> Request:
    """Return a request as an API view receives it."""
    headers = {}
    if user is not None:
        headers["Authorization"] = f"Bearer {create_token(user, scopes=scopes.split())}"
    request = APIRequestFactory().post("/", headers=headers)
    return Request(request, authenticators=[BearerToken()])


@pytest.mark.parametrize(
    ("needs", "scopes", "refusal"),
    [
        (EDIT_MAP, "write_api", None),
        (EDIT_MAP, "write_changeset_comments write_notes", NotPermittedError),
        (COMMENT_CHANGESET, "write_api", None),
        (COMMENT_CHANGESET, "write_changeset_comments", None),
        (COMMENT_CHANGESET, "write_notes", NotPermittedError),
        (WRITE_NOTES, "write_notes", None),
        (READ_TRACES, "write_gpx", NotPermittedError),
        (HIDE_NOTE, "write_notes", NotPermittedError),
        (REDACT, "write_redactions", NotPermittedError),
        (CREATE_BLOCK, "write_blocks", NotPermittedError),
    ],
)
def test_a_mapper_may_do_what_the_scopes_allow(
    alice: User, needs: Needs, scopes: str, refusal: type[OsmError] | None
) -> None:
    if refusal:
        with pytest.raises(refusal):
            enforce(asking(alice, scopes), needs)
    else:
        assert enforce(asking(alice, scopes), needs) == alice


@pytest.mark.parametrize(
    ("needs", "scope"),
    [
        (HIDE_NOTE, "write_notes"),
        (REDACT, "write_redactions"),
        (CREATE_BLOCK, "write_blocks"),
        (HIDE_CHANGESET_COMMENT, "write_api"),
    ],
)
def test_a_moderator_needs_the_scope_too(
    moderator: User, administrator: User, needs: Needs, scope: str
) -> None:
    assert enforce(asking(moderator, scope), needs) == moderator
    for user, scopes in [(moderator, "read_prefs"), (administrator, scope)]:
        with pytest.raises(NotPermittedError):
            enforce(asking(user, scopes), needs)
    with pytest.raises(NotAuthenticatedError):
        enforce(asking(None, ""), needs)


def test_a_user_who_declined_the_terms_may_only_write_notes(alice: User) -> None:
    set_(alice, terms_agreed=None)
    with pytest.raises(NotPermittedError):
        enforce(asking(alice, "write_api"), EDIT_MAP)
    assert enforce(asking(alice, "write_notes"), WRITE_NOTES) == alice


def test_private_edits_are_checked_last(alice: User) -> None:
    set_(alice, data_public=False)
    with pytest.raises(PrivateEditsError, match="You must make your edits public to upload new data"):
        enforce(asking(alice, "write_api"), EDIT_MAP)
    with pytest.raises(NotPermittedError):
        enforce(asking(alice, "read_prefs"), EDIT_MAP)


def test_authorizing_an_upload_takes_two_statements(alice: User, django_assert_num_queries: Any) -> None:
    request = asking(alice, "write_api")
    with django_assert_num_queries(2):
        enforce(request, EDIT_MAP)
