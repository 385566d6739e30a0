"""Changeset comments, subscriptions and hidden comments over the API."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.changesets import discussion
from apps.changesets.models import Changeset, ChangesetComment, ChangesetSubscription
from apps.users.models import User
from tests import worlds
from tests.conftest import make_user

from .client import Response, attributes, call, get

WORLD = """
    c1 k3 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol x9.5 y47.1 X9.6 Y47.2 Tcomment=benches
    c2 k1 s2020-01-02T00:00:00Z e2020-01-02T01:00:00Z d0 i900 ucarol x9.5 y47.1 X9.6 Y47.2
"""


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    worlds.load(WORLD)
    Changeset.objects.filter(id=2).update(closed_at=timezone.now() + timedelta(hours=1))


def token_of(user: User, scope: str = "write_api") -> str:
    AccessToken.objects.create(
        user=user,
        token=f"{user.display_name}-{scope}",
        scope=scope,
        expires=timezone.now() + timedelta(days=1),
    )
    return f"Bearer {user.display_name}-{scope}"


@pytest.fixture
def token(alice: User) -> str:
    return token_of(alice)


def post(path: str, token: str | None, method: str = "post", **form: str) -> Response:
    headers: dict[str, Any] = {"Authorization": token} if token else {}
    response = getattr(Client(headers=headers), method)("/api/0.6/" + path, form)
    return Response(response.status_code, dict(response.items()), response.content)


def write(author: User, number: int = 1, *, days: int = 0, **fields: Any) -> None:
    """Create comments that were written some days ago."""
    moment = timezone.now() - timedelta(days=days)
    ChangesetComment.objects.bulk_create(
        ChangesetComment(changeset_id=1, author=author, **{"body": str(n), "created_at": moment} | fields)
        for n in range(number)
    )


def followers() -> set[str]:
    found = ChangesetSubscription.objects.values_list("user__display_name", flat=True)
    return set(found)


def test_a_comment_is_stored_and_subscribes_its_author(token: str) -> None:
    response = post("changeset/1/comment", token, text="Which\nbench? <b>")
    assert response.status == 200
    (changeset,) = response.xml
    assert (
        attributes(changeset).items()
        >= {
            "id": "1",
            "comments_count": "1",
            "changes_count": "3",
            "created_count": "0",
        }.items()
    )
    assert changeset.find("discussion") is None
    (comment,) = get("changeset/1.json?include_discussion=1").json["changeset"]["comments"]
    assert (comment["user"], comment["text"]) == ("alice", "Which\nbench? <b>")
    assert followers() == {"alice"}
    assert post("changeset/1/comment.json", token, text="again").json["changeset"]["comments_count"] == 2
    assert followers() == {"alice"}


def test_the_text_may_come_from_the_query_a_form_or_a_body_without_a_content_type(token: str) -> None:
    assert call("POST", "/api/0.6/changeset/1/comment?text=address", Authorization=token).status == 200
    for content_type in ("application/x-www-form-urlencoded", "text/plain", ""):
        response = Client().generic(
            "POST",
            "/api/0.6/changeset/1/comment",
            "text=gr%C3%BC%C3%9Fe+1",
            content_type=content_type,
            HTTP_AUTHORIZATION=token,
        )
        assert response.status_code == 200
    texts = ChangesetComment.objects.order_by("id").values_list("body", flat=True)
    assert list(texts) == ["address", "grüße 1", "grüße 1", "grüße 1"]


def test_errors_are_reported_in_this_order(token: str, alice: User) -> None:
    write(alice, 6)
    for number in (1, 2, 99):
        response = post(f"changeset/{number}/comment", token, text=" \n")
        assert (response.status, response.text) == (400, "No text was given")
        assert response.headers["Error"] == "No text was given"
        response = post(f"changeset/{number}/comment", token, text="x")
        assert (response.status, response.text) == (429, "Rate limit exceeded")
    ChangesetComment.objects.all().delete()
    response = post("changeset/99/comment", token, text="\0")
    assert (response.status, response.body) == (404, b"")
    response = post("changeset/2/comment", token, text="\0")
    assert (response.status, response.text) == (409, "The changeset 2 is not yet closed.")
    for text in ("a\0", "a\x1fb", "\uffff"):
        response = post("changeset/1/comment", token, text=text)
        assert (response.status, response.text) == (
            400,
            "ChangesetComment : body: contains invalid characters",
        )
    response = post("changeset/1/comment", token, text="x" * 65_537)
    assert response.text == "ChangesetComment : body: is too long (maximum is 65536 characters)"
    response = post("changeset/1/comment", token, text="x" * 3_000_000)
    assert response.status == 413
    assert not ChangesetComment.objects.exists()
    assert followers() == set()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("changeset/99/comment", "post"),
        ("changeset/99/subscription", "post"),
        ("changeset/99/subscription", "delete"),
        ("changeset/99/subscribe", "post"),
        ("changeset/99/unsubscribe", "post"),
    ],
)
def test_permissions_are_checked_before_anything_else(
    path: str, method: str, alice: User, bob: User, mallory: User, moderator: User
) -> None:
    assert post(path, None, method).text == "Couldn't authenticate you"
    blocked = post(path, token_of(mallory), method)
    assert (blocked.status, blocked.text[:14]) == (403, "Your access to")
    scope = post(path, token_of(bob, "write_notes"), method)
    assert scope.text == "You have not permitted the application access to this facility"
    User.objects.filter(pk=bob.pk).update(terms_agreed=None)
    assert post(path, token_of(bob), method).text == scope.text
    User.objects.filter(pk=alice.pk).update(data_public=False)
    private = post(path, token_of(alice), method)
    assert (private.status, private.text) == (403, "You must make your edits public to upload new data")
    narrow = post(path, token_of(moderator, "write_changeset_comments"), method)
    assert narrow.status == (400 if path.endswith("comment") else 403)


def test_the_rate_limit_grows_with_earlier_comments(token: str, alice: User, moderator: User) -> None:
    def status() -> int:
        return post("changeset/1/comment", token, text="x").status

    write(alice, 100, days=1)
    write(alice, 41)  # 42 are allowed
    assert [status(), status()] == [200, 429]
    write(alice, 100, days=1)
    write(alice, 17)  # 60 are allowed, and never more
    assert [status(), status()] == [200, 429]
    write(moderator, 100)
    assert post("changeset/1/comment", token_of(moderator), text="x").status == 200


@pytest.mark.parametrize(
    ("follow", "unfollow"),
    [
        (("subscription", "post"), ("subscription", "delete")),
        (("subscribe", "post"), ("unsubscribe", "post")),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_a_user_subscribes_to_a_changeset_and_unsubscribes(
    token: str, number: int, follow: tuple[str, str], unfollow: tuple[str, str]
) -> None:
    def ask(call: tuple[str, str], number: int = number) -> Response:
        return post(f"changeset/{number}/{call[0]}", token, call[1])

    response = ask(unfollow)
    assert (response.status, response.text) == (404, f"You are not subscribed to changeset {number}.")
    response = ask(follow)
    assert (response.status, response.xml[0].get("id")) == (200, str(number))
    assert followers() == {"alice"}
    response = ask(follow)
    assert (response.status, response.text) == (409, f"You are already subscribed to changeset {number}.")
    response = ask(unfollow)
    assert (response.status, response.xml[0].get("id")) == (200, str(number))
    assert followers() == set()
    for unknown in (ask(follow, 99), ask(unfollow, 99)):
        assert (unknown.status, unknown.body) == (404, b"")


@pytest.mark.parametrize(
    ("hide", "unhide"),
    [
        (("changeset_comments/{}/visibility", "delete"), ("changeset_comments/{}/visibility", "post")),
        (("changeset/comment/{}/hide", "post"), ("changeset/comment/{}/unhide", "post")),
    ],
)
def test_a_moderator_hides_a_comment_and_shows_it_again(
    hide: tuple[str, str], unhide: tuple[str, str], token: str, alice: User, moderator: User
) -> None:
    write(alice)
    number = ChangesetComment.objects.get().pk
    User.objects.filter(pk=moderator.pk).update(terms_agreed=None, data_public=False)
    office = token_of(moderator)

    def ask(call: tuple[str, str], token: str | None, number: int = number) -> Response:
        return post(call[0].format(number), token, call[1])

    other_scope = token_of(moderator, "write_notes")
    for act in (hide, unhide):
        assert ask(act, None).status == 401
        assert [ask(act, token, n).status for n in (number, 0)] == [403, 403]
        assert ask(act, other_scope).status == 403
        assert (ask(act, office, 0).status, ask(act, office, 0).body) == (404, b"")
    assert ask(hide, office).xml[0].get("comments_count") == "0"
    assert ask(hide, office).status == 200
    assert ask(unhide, office).xml[0].get("comments_count") == "1"


def test_moderators_see_hidden_comments_on_request(token: str, alice: User, moderator: User) -> None:
    write(alice, visible=False)
    write(alice)
    path = "changeset/1?include_discussion=1&show_hidden_comments=1"
    shown = get(path, Authorization=token_of(moderator)).xml.findall(".//comment")
    assert [comment.get("visible") for comment in shown] == ["false", "true"]
    json = get(path.replace("?", ".json?"), Authorization=token_of(moderator, "write_changeset_comments"))
    assert [comment["visible"] for comment in json.json["changeset"]["comments"]] == [False, True]
    for asking in (token, token_of(moderator, "read_prefs")):
        assert len(get(path, Authorization=asking).xml.findall(".//comment")) == 1
    assert len(get(path).xml.findall(".//comment")) == 1
    without = get(
        "changeset/1?include_discussion=1", Authorization=token_of(moderator, "write_api read_prefs")
    )
    assert [attributes(comment).get("visible") for comment in without.xml.iter("comment")] == [None]


@pytest.fixture
def said(alice: User, bob: User) -> None:
    for author, day, visible in ((alice, 1, True), (bob, 2, True), (alice, 3, False), (alice, 4, True)):
        moment = datetime(2021, 1, day, tzinfo=UTC)
        write(author, body=f"day {day}", visible=visible, created_at=moment)


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", [4, 2, 1]),
        ("limit=1", [4]),
        ("display_name=alice", [4, 1]),
        ("display_name=alice&user=0", [4, 1]),
        ("from=2021-01-02", [4, 2]),
        ("from=2021-01-01&to=2021-01-02T12:00:00Z&display_name=bob", [2]),
        ("to=2021-01-02", [4, 2, 1]),
    ],
)
def test_comments_can_be_searched(said: None, query: str, days: list[int]) -> None:
    xml = get("changeset_comments?" + query).xml
    assert [comment.findtext("text") for comment in xml] == [f"day {day}" for day in days]
    json = get("changeset_comments.json?" + query).json
    assert [comment["text"] for comment in json["comments"]] == [f"day {day}" for day in days]


def test_a_comment_found_by_a_search_has_an_author_and_a_date(said: None, bob: User) -> None:
    (comment,) = get(f"changeset_comments?user={bob.pk}").xml
    assert {**attributes(comment), "id": ""} == {
        "id": "",
        "date": "2021-01-02T00:00:00Z",
        "visible": "true",
        "uid": str(bob.pk),
        "user": "bob",
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "ChangesetComment limit must be between 1 and 10000"),
        ("limit=10001", "ChangesetComment limit must be between 1 and 10000"),
        ("user=77", "User 77 not known"),
        ("user=x", "User x not known"),
        ("user=99999999999999999999", "User 99999999999999999999 not known"),
        ("display_name=nobody&user=1", "User nobody not known"),
        ("display_name=%00", "User \0 not known"),
        ("from=never", "Date never is in a wrong format"),
    ],
)
def test_an_invalid_search_is_refused(query: str, message: str) -> None:
    response = get("changeset_comments?" + query)
    assert (response.status, response.text) == (400, message)


def test_the_statement_count_does_not_grow_with_the_comments(
    token: str, alice: User, django_assert_num_queries: Any
) -> None:
    write(alice, 50, days=1)
    with django_assert_num_queries(1):
        assert len(get("changeset_comments").xml) == 50
    with django_assert_num_queries(2):
        get("changeset/1?include_discussion=1")


def test_other_methods_are_not_allowed(token: str) -> None:
    assert call("GET", "/api/0.6/changeset/1/comment").status == 405
    assert call("PUT", "/api/0.6/changeset/1/subscription").status == 405
    assert call("HEAD", "/api/0.6/changeset/1/subscription").status == 405
    assert call("POST", "/api/0.6/changeset_comments").status == 405


def _at_once(number: int, act: Any) -> list[Any]:
    together = Barrier(number)

    def run(_number: int) -> Any:
        try:
            together.wait()
            return act()
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.django_db(transaction=True)
def test_simultaneous_comments_cannot_exceed_the_rate_limit() -> None:
    alice = make_user("alice")
    results = _at_once(8, lambda: discussion.comment(alice, changeset_id=1, text="x").body)
    assert sorted(results) == ["TooManyCommentsError"] * 2 + ["x"] * 6
    assert ChangesetComment.objects.count() == 6
    assert Changeset.objects.get(id=1).subscriptions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_simultaneous_subscriptions_succeeds() -> None:
    alice = make_user("alice")
    results = _at_once(6, lambda: discussion.subscribe(alice, changeset_id=1))
    assert [name for name in results if name] == ["AlreadySubscribedError"] * 5
