"""Profiles: editing and visibility."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.users import own_profile
from apps.users.models import User
from apps.users.social_links import check_link, platform_of
from tests.api06.client import get

pytestmark = pytest.mark.django_db


def profile_of(client: Client, name: str = "alice") -> str:
    response = client.get(f"/user/{name}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def own(client: Client, alice: User) -> Client:
    """Alice's browser."""
    client.force_login(alice)
    return client


def test_a_description_is_sanitized_markdown(own: Client) -> None:
    text = "# I *map*\n\n![x](http://pictures.example/x.png) <script>alert(1)</script>"
    response = own.post("/profile/description", {"description": text})
    assert response["Location"] == "/user/alice"
    anybody = Client()
    page = profile_of(anybody)
    assert "<em>map</em>" in page
    assert "alert(1)" not in page
    assert "Edit profile" not in page
    assert "Edit profile" in profile_of(own)
    policy = anybody.get("/user/alice")["Content-Security-Policy"]
    assert re.search(r"img-src [^;]*\*(;|$| )", policy)
    assert "default-src 'self'" in policy


def test_a_description_can_be_previewed(own: Client) -> None:
    page = own.post("/profile/description", {"description": "**new** <i>", "preview": "1"}).content.decode()
    assert "<strong>new</strong>" in page
    assert "**new** &lt;i&gt;" in page
    assert User.objects.get(display_name="alice").description == ""


def test_long_descriptions_and_control_characters_are_handled(own: Client, alice: User) -> None:
    assert "65536" in own.post("/profile/description", {"description": "x" * 65_537}).content.decode()
    assert own.post("/profile/description", {"description": "a\0b"}).status_code == 200
    own.post("/profile/description", {"description": "a\x01b\ufffec"})
    own.post("/profile/company", {"company": "d\x02e"})
    document = get(f"user/{alice.pk}").text
    assert "<description>abc</description>" in document
    assert "<company>de</company>" in document


def test_links_are_shown_on_the_profile(own: Client, alice: User) -> None:
    links = ["https://www.example.org/alice/", "@alice@en.osm.town", "https://github.com/alice?a=1&b=2"]
    own.post("/profile/links", {"links": "\r\n\r\n".join([*links, links[0]])})
    page = profile_of(Client())
    assert (
        '<a href="https://www.example.org/alice/" rel="nofollow me"><bdi>example.org/alice</bdi></a>' in page
    )
    assert 'href="https://en.osm.town/@alice"' in page
    assert "alice?a=1&amp;b=2" in page
    assert get(f"user/{alice.pk}.json").json["user"]["social_links"] == [
        {"url": links[0], "platform": None},
        {"url": "https://en.osm.town/@alice", "platform": "mastodon"},
        {"url": links[2], "platform": "github"},
    ]
    assert 'platform="github"' in get(f"user/{alice.pk}").text
    form = own.get("/profile/links").content.decode()
    assert "\n".join(links).replace("&", "&amp;") in form
    own.post("/profile/links", {"links": ""})
    assert not alice.social_links.exists()


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://",
        "http:///x",
        "example.org",
        "@alice",
        "https://a b",
        "//x.org",
        "@a@b@c",
    ],
)
def test_an_invalid_link_is_rejected(own: Client, alice: User, link: str) -> None:
    page = own.post("/profile/links", {"links": f"https://example.org\n{link}"}).content.decode()
    assert "is not a valid link" in page
    assert not alice.social_links.exists()


def test_a_hundred_links_are_the_limit(own: Client, alice: User) -> None:
    own.post("/profile/links", {"links": "\n".join(f"https://example.org/{n}" for n in range(100))})
    assert alice.social_links.count() == 100
    page = own.post("/profile/links", {"links": "\n".join(f"http://x.org/{n}" for n in range(101))})
    assert "You can have up to 100 links" in page.content.decode()
    assert (
        "255 characters"
        in own.post("/profile/links", {"links": f"http://x.org/{'x' * 250}"}).content.decode()
    )
    assert alice.social_links.count() == 100


@pytest.mark.parametrize(
    ("link", "platform"),
    [
        ("https://de.wikipedia.org/wiki/User:A", "wikipedia"),
        ("https://notgithub.com/a", None),
        ("https://x.com/a", "twitter_x"),
        ("http://community.openstreetmap.org/u/a", "osm_forum"),
        ("@a@social.example", "mastodon"),
    ],
)
def test_platforms_are_recognized_by_host(link: str, platform: str | None) -> None:
    check_link(link)
    assert platform_of(link) == platform


def test_company_and_home_name_are_public_but_coordinates_are_not(own: Client, alice: User) -> None:
    own.post("/profile/company", {"company": "<b>Maps</b>"})
    own.post("/profile/location", {"name": "Vaduz", "lat": "47.1415", "lon": "9.5215"})
    page = profile_of(Client())
    assert "&lt;b&gt;Maps&lt;/b&gt;" in page
    assert "Vaduz" in page
    assert "47.14" not in page
    alice.refresh_from_db()
    assert (alice.home_lat, alice.home_lon) == (47.1415, 9.5215)
    own.post("/profile/location", {"name": "", "lat": "", "lon": ""})
    alice.refresh_from_db()
    assert (alice.home_lat, alice.home_lon, alice.home_location_name) == (None, None, None)


@pytest.mark.parametrize(("lat", "lon"), [("47", ""), ("91", "9"), ("nan", "9"), ("1e400", "9"), ("x", "y")])
def test_incomplete_and_invalid_coordinates_are_rejected(
    own: Client, alice: User, lat: str, lon: str
) -> None:
    assert own.post("/profile/location", {"name": "", "lat": lat, "lon": lon}).status_code == 200
    alice.refresh_from_db()
    assert alice.home_lat is None


def test_editing_the_profile_requires_a_login(client: Client) -> None:
    for part in ("description", "links", "company", "location"):
        assert client.get(f"/profile/{part}")["Location"] == f"/login?referer=%2Fprofile%2F{part}"
        assert client.post(f"/profile/{part}", {}).status_code == 403
    assert client.get("/profile")["Location"] == "/profile/description"
    assert client.get("/profile/secrets").status_code == 404


def test_only_administrators_see_profiles_of_deleted_accounts(
    client: Client, alice: User, moderator: User, administrator: User
) -> None:
    for status in ("suspended", "deleted"):
        User.objects.filter(pk=alice.pk).update(status=status)
        for viewer, code in [(None, 404), (moderator, 404), (administrator, 200)]:
            client.logout()
            if viewer:
                client.force_login(viewer)
            assert client.get("/user/alice").status_code == code


def test_moderators_see_ids_and_everyone_sees_declined_terms(
    client: Client, alice: User, moderator: User
) -> None:
    User.objects.filter(pk=alice.pk).update(terms_agreed=None)
    assert "User ID" not in profile_of(client)
    assert "Contributor terms: declined" in profile_of(client)
    client.force_login(moderator)
    assert f"User ID: {alice.pk}" in profile_of(client)


def test_a_profile_takes_a_fixed_number_of_statements(
    client: Client, alice: User, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        alice.social_links.create(url=f"https://example.org/{number}")
    with django_assert_num_queries(7):
        profile_of(client)


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 0), (0, -181), (float("nan"), 0), (float("inf"), 0), (1, None), (None, 1)]
)
def test_a_home_is_on_earth_or_nowhere(alice: User, lat: float | None, lon: float | None) -> None:
    with pytest.raises(ValidationError):
        own_profile.set_home(alice, lat=lat, lon=lon, name="")
    own_profile.set_home(alice, lat=-90, lon=180, name="Pole")
    own_profile.set_home(alice, lat=None, lon=None, name="")


def test_texts_of_the_profile_are_not_longer_than_their_columns(alice: User) -> None:
    with pytest.raises(ValidationError):
        own_profile.set_company(alice, company="x" * 256)
    with pytest.raises(ValidationError):
        own_profile.set_home(alice, lat=None, lon=None, name="x" * 256)
    with pytest.raises(ValidationError):
        own_profile.set_description(alice, description="x" * 65_537)
    own_profile.set_company(alice, company="x" * 255)
