import pytest

from apps.users.models import User, UserRole

from .client import get


def test_a_user_is_returned_as_xml(moderator: User) -> None:
    User.objects.filter(id=moderator.id).update(
        description="I *map*", company="Maps & Co", changesets_count=3
    )
    (user,) = get(f"user/{moderator.id}").xml
    assert (user.get("id"), user.get("display_name")) == (str(moderator.id), "moderator")
    assert [child.tag for child in user] == [
        "description",
        "company",
        "contributor-terms",
        "roles",
        "changesets",
        "traces",
        "blocks",
    ]
    assert user.findtext("description") == "I *map*"
    assert dict(user.find("contributor-terms").attrib) == {"agreed": "true"}  # type: ignore[union-attr]
    assert [role.tag for role in user.findall("roles/*")] == ["moderator"]
    assert user.find("changesets").get("count") == "3"  # type: ignore[union-attr]


def test_a_user_is_returned_as_json(mallory: User) -> None:
    user = get(f"user/{mallory.id}.json").json["user"]
    assert user["display_name"] == "mallory"
    assert user["blocks"] == {"received": {"count": 1, "active": 1}}
    assert user["roles"] == []
    assert user["contributor_terms"] == {"agreed": True}
    assert "email" not in user


def test_links_and_roles_are_not_repeated(alice: User) -> None:
    alice.social_links.create(url="https://example.org/@alice")
    alice.social_links.create(url="https://example.com/alice")
    alice.roles.create(role=UserRole.Role.IMPORTER)
    user = get(f"user/{alice.id}.json").json["user"]
    assert [link["url"] for link in user["social_links"]] == [
        "https://example.org/@alice",
        "https://example.com/alice",
    ]
    assert user["roles"] == ["importer"]
    assert user["blocks"]["received"] == {"count": 0, "active": 0}


@pytest.mark.parametrize(
    ("status", "code"), [("pending", 200), ("confirmed", 200), ("suspended", 410), ("deleted", 410)]
)
def test_suspended_and_deleted_users_are_gone(alice: User, status: str, code: int) -> None:
    User.objects.filter(id=alice.id).update(status=status)
    assert get(f"user/{alice.id}").status == code


def test_an_unknown_user_is_404(db: None) -> None:
    assert (get("user/99").status, get("user/99").body) == (404, b"")


def test_several_users_are_returned_in_request_order_without_unknown_ones(
    alice: User, bob: User, mallory: User
) -> None:
    User.objects.filter(id=mallory.id).update(status="suspended")
    response = get(f"users?users={bob.id},{alice.id},99,{mallory.id},x,{bob.id}")
    assert [user.get("display_name") for user in response.xml] == ["bob", "alice"]
    json = get(f"users.json?users={alice.id}").json["users"]
    assert json[0]["user"]["display_name"] == "alice"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "The parameter users is required, and must be of the form users=id[,id[,id...]]"),
        ("?users=", "No users were given to search for"),
    ],
)
def test_a_multi_fetch_of_users_needs_ids(db: None, query: str, message: str) -> None:
    response = get("users" + query)
    assert (response.status, response.text) == (400, message)


def test_the_statement_count_does_not_grow(
    alice: User, bob: User, mallory: User, django_assert_num_queries: "object"
) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        get(f"users?users={alice.id},{bob.id},{mallory.id}")
