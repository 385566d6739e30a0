"""The pages of redactions, and of versions that are redacted."""

import re
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from apps.elements.models import OldNode, OldRelation, OldWay
from apps.moderation import actions
from apps.moderation.models import Redaction
from apps.osm.elements import ElementRef, ElementType
from apps.users.models import User
from tests.races import until_somebody_waits
from tests.worlds import load

from .test_elements import map_data, read, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(moderator: User) -> Client:
    """The moderator's browser."""
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def alices(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def redaction_of(number: int) -> int | None:
    return OldNode.objects.get(id=1, version=number).redaction_id


# The list, and one of them


def test_everybody_reads_the_list_and_a_redaction(
    client: Client, redacted: Redaction, moderator: User
) -> None:
    Redaction.objects.create(
        title="<b>Second</b>", description="*No* <script>alert(1)</script>", user=moderator
    )
    page = read(client, "/redactions")
    assert page.index("Copied") < page.index("&lt;b&gt;Second")
    assert '<a href="/user/moderator"><bdi>moderator</bdi></a>' in page
    assert "/redactions/new" not in page
    page = read(client, f"/redactions/{redacted.pk + 1}")
    assert "<em>No</em>" in page
    assert "<script>alert" not in page
    for moderators in (f"/redactions/{redacted.pk + 1}/edit", "<form method", "Hidden versions", "/node/1"):
        assert moderators not in page


def test_the_list_takes_one_statement(
    client: Client, moderator: User, django_assert_num_queries: object
) -> None:
    for number in range(30):
        Redaction.objects.create(title=f"No {number}", user=moderator)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert read(client, "/redactions").count("<li><h2>") == 30


@pytest.mark.parametrize(
    "path", ["/redactions/999999999", "/redactions/0", "/redactions/99999999999999999999"]
)
def test_an_unknown_redaction_is_not_found(client: Client, seat: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert seat.get(f"{path}/edit").status_code == 404
    for method in ("put", "delete"):
        assert seat.post(path, {"_method": method, "title": "a", "description": "b"}).status_code == 404


def test_a_moderator_makes_changes_and_deletes_a_redaction(
    seat: Client, moderator: User, administrator: User
) -> None:
    assert 'name="description"' in read(seat, "/redactions/new")
    response = seat.post("/redactions", {"title": "Copied", "description": "From *a* map"})
    made = Redaction.objects.get()
    assert response["Location"] == f"/redactions/{made.pk}"
    page = read(seat, f"/redactions/{made.pk}")
    assert "From <em>a</em> map" in page
    assert f'href="/redactions/{made.pk}/edit"' in page
    assert "From *a* map" in read(seat, f"/redactions/{made.pk}/edit")
    Redaction.objects.update(user=administrator)
    seat.post(f"/redactions/{made.pk}", {"_method": "put", "title": "Private", "description": "A name"})
    made.refresh_from_db()
    assert (made.title, made.description, made.user) == ("Private", "A name", administrator)
    response = seat.post(f"/redactions/{made.pk}", {"_method": "delete"})
    assert response["Location"] == "/redactions"
    assert not Redaction.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "", "description": "b"},
        {"title": " ", "description": "b"},
        {"title": "a", "description": ""},
        {"title": "a" * 256, "description": "b"},
        {"title": "a", "description": "b" * 65_537},
        {"title": "a\0", "description": "b"},
        {},
    ],
)
def test_a_redaction_needs_a_title_and_a_description_of_some_length(
    seat: Client, redacted: Redaction, fields: dict[str, str]
) -> None:
    assert seat.post("/redactions", fields).status_code == 400
    response = seat.post(f"/redactions/{redacted.pk}", {"_method": "put", **fields})
    assert response.status_code == 400
    assert b'aria-invalid="true"' in response.content
    assert Redaction.objects.get().title == "Copied"


def test_a_redaction_in_use_is_not_deleted(seat: Client, redacted: Redaction) -> None:
    page = read(seat, f"/redactions/{redacted.pk}")
    assert 'href="/node/1/history/2?show_redactions=true"' in page
    assert 'value="delete"' not in page
    response = seat.post(f"/redactions/{redacted.pk}", {"_method": "delete"}, follow=True)
    assert "This redaction is in use" in response.content.decode()
    assert Redaction.objects.exists()


def test_what_a_redaction_hides_is_listed_over_the_types_a_hundred_at_most(
    seat: Client, redacted: Redaction, django_assert_max_num_queries: object
) -> None:
    OldWay.objects.update(redaction=redacted)
    load("r1 v2 dV c2 t2020-02-01T00:30:00Z i12 ubert Mn1@")
    OldRelation.objects.update(redaction=redacted)
    page = read(seat, f"/redactions/{redacted.pk}")
    assert re.findall(r"/(\w+/1/history/\d)\?show", page) == [
        "node/1/history/2", "way/1/history/1", "relation/1/history/1",
    ]  # fmt: skip
    load("\n".join(f"n8 v{n} dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5 y47.1" for n in range(1, 120)))
    OldNode.objects.filter(id=8).update(redaction=redacted)
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        page = read(seat, f"/redactions/{redacted.pk}")
    assert page.count("?show_redactions=true") == 100
    assert "And more." in page


def test_others_do_not_get_at_the_moderators_pages(
    client: Client, alices: Client, redacted: Redaction
) -> None:
    address = f"/redactions/{redacted.pk}"
    for path in ("/redactions/new", f"{address}/edit"):
        response = client.get(path)
        assert response["Location"].startswith("/login?referer=%2Fredactions%2F")
        assert alices.get(path)["Location"] == "/403"
    fields = {"title": "Mine", "description": "Mine"}
    for path, sent in [
        ("/redactions", fields),
        (address, fields | {"_method": "put"}),
        (address, {"_method": "delete"}),
        ("/node/1/history/1/redaction", {"redaction": str(redacted.pk)}),
        ("/node/1/history/2/redaction", {"_method": "delete"}),
    ]:
        assert client.post(path, sent).status_code == 403
        assert alices.post(path, sent)["Location"] == "/403"
    assert Redaction.objects.get().title == "Copied"
    assert (redaction_of(1), redaction_of(2)) == (None, redacted.pk)


@pytest.mark.parametrize(
    "path",
    [
        "/redactions",
        "/redactions/{id}",
        "/node/1/history/1/redaction",
        "/node/1/history/2/redaction",
    ],
)
def test_forms_from_elsewhere_are_refused(moderator: User, redacted: Redaction, path: str) -> None:
    seat = Client(enforce_csrf_checks=True)
    seat.force_login(moderator)
    fields = {"title": "a", "description": "b", "_method": "put", "redaction": str(redacted.pk)}
    assert seat.post(path.format(id=redacted.pk), fields).status_code == 403
    assert Redaction.objects.get().title == "Copied"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/redactions/new"),
        ("delete", "/redactions"),
        ("post", "/redactions/{id}"),
        ("post", "/redactions/{id}/edit"),
        ("get", "/node/1/history/2/redaction"),
    ],
)
def test_wrong_methods_are_405(seat: Client, redacted: Redaction, method: str, path: str) -> None:
    assert getattr(seat, method)(path.format(id=redacted.pk)).status_code == 405


# Versions


def test_what_is_redacted_leads_to_the_reason(client: Client, alices: Client, redacted: Redaction) -> None:
    for browser in (client, alices):
        for path in ("/node/1/history/2", "/node/1/history"):
            page = read(browser, path)
            assert f'<a href="/redactions/{redacted.pk}">' in page
            assert "show_redactions" not in page
            assert "For moderators" not in page


@pytest.mark.parametrize("value", ["show_redactions=true", "show_redactions=", "show_redactions"])
def test_only_moderators_may_ask_for_what_is_redacted(
    client: Client, alices: Client, seat: Client, redacted: Redaction, value: str
) -> None:
    for path in (
        "/node/1/history/2",
        "/node/1/history",
        "/node/1/history/1",
        "/relation/1/history/1/members",
    ):
        response = client.get(f"{path}?{value}")
        assert response["Location"].startswith(f"/login?referer=%2F{path.split('/')[1]}%2F1%2F")
        assert alices.get(f"{path}?{value}")["Location"] == "/403"
        assert seat.get(f"{path}?{value}").status_code == 200


def test_moderators_who_turn_on_the_switch_see_redacted_versions_marked(
    seat: Client, redacted: Redaction
) -> None:
    page = read(seat, "/node/1/history/2")
    assert "Version 2 cannot be shown" in page
    assert "bert" not in page
    assert "Adler" not in page
    assert "map-data" not in page
    assert 'href="/node/1/history/2?show_redactions=true" rel="nofollow">Show redacted versions' in page
    page = read(seat, "/node/1/history/2?show_redactions=true")
    assert "Version 2 cannot be shown" not in page
    assert "version-block is-redacted" in page
    assert "Only moderators can see this version." in page
    assert 'href="/user/bert"' in page
    assert "removed: cafe added: restaurant" in text_of(page)
    assert map_data(page)["id"] == 1
    assert 'href="/node/1/history/2" rel="nofollow">Hide redacted versions' in page
    # A browser carries no token, so the API would refuse it.
    assert "/api/0.6/node/1/2" not in page


def test_the_history_has_the_switch_too_and_keeps_it(seat: Client, redacted: Redaction) -> None:
    page = read(seat, "/node/1/history")
    assert "Version 2 cannot be shown" in page
    assert 'href="/node/1/history?show_redactions=true"' in page
    page = read(seat, "/node/1/history?show_redactions=true")
    assert "cannot be shown" not in page
    assert page.count("is-redacted") == 1
    assert 'href="/node/1/history" rel="nofollow">Hide' in page
    assert 'href="/node/1/history/2?show_redactions=true"' in page
    third = page.split("<h2><a href=")[1]
    assert "moved 7.6 m" in text_of(third)
    load("\n".join(f"n8 v{n} dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5 y47.1" for n in range(1, 60)))
    page = read(seat, "/node/8/history?before=30&show_redactions=true")
    assert 'href="/node/8/history?before=10&amp;show_redactions=true"' in page
    assert 'href="/node/8/history?after=29&amp;show_redactions=true"' in page
    assert 'href="/node/1/history?show_redactions=true"' in read(seat, "/node/1")


def test_the_members_of_a_redacted_relation_are_out_of_sight(
    client: Client, alices: Client, seat: Client, redacted: Redaction
) -> None:
    load("r1 v2 dV c2 t2020-02-01T00:30:00Z i12 ubert Mn1@")
    path = "/relation/1/history/1"
    assert "/way/1" in read(client, f"{path}/members")
    OldRelation.objects.update(redaction=redacted)
    assert "/way/1" not in read(client, path)
    assert client.get(f"{path}/members").status_code == 302
    assert alices.get(f"{path}/members")["Location"] == "/403"
    assert seat.get(f"{path}/members")["Location"] == "/403"
    assert "/way/1" in read(seat, f"{path}/members?show_redactions=true")
    assert "/way/1" in read(seat, f"{path}?show_redactions=true")


def test_a_way_that_is_redacted_keeps_its_nodes_to_itself(
    client: Client, seat: Client, redacted: Redaction
) -> None:
    OldWay.objects.update(redaction=redacted)
    page = read(client, "/way/1/history/1")
    for part in ("Main Street", "/node/2", "map-data", "anna", "Residential"):
        assert part not in page
    assert "Main Street" in read(seat, "/way/1/history/1?show_redactions=true")


def test_a_moderator_redacts_from_the_page_of_a_version_and_shows_it_again(
    client: Client, seat: Client, redacted: Redaction, moderator: User
) -> None:
    other = Redaction.objects.create(title="Private", user=moderator)
    page = read(seat, "/node/1/history/1")
    assert re.findall(r'<option value="(\d+)">', page) == [str(other.pk), str(redacted.pk)]
    action = re.findall(r'<form method="post" action="(/node[^"]+)"', page)[0]
    response = seat.post(action, {"redaction": str(other.pk)})
    assert response["Location"] == "/node/1/history/1"
    page = read(seat, "/node/1/history/1")
    assert "This version has been redacted." in page
    assert f'<option value="{other.pk}" selected>' in page
    assert "cannot be shown" in read(client, "/node/1/history/1")
    seat.post(action, {"redaction": str(other.pk), "_method": "delete"})
    assert redaction_of(1) is None
    assert "This version is visible to everyone again." in read(seat, "/node/1/history/1")
    assert "Cafe" in read(client, "/node/1/history/1")


def test_without_a_reason_the_page_says_that_one_is_needed(seat: Client, village: None) -> None:
    page = read(seat, "/node/1/history/1")
    assert "<select" not in page
    assert 'href="/redactions/new"' in page


def test_the_current_version_has_no_form(seat: Client, redacted: Redaction) -> None:
    for path in ("/node/1/history/3", "/node/1"):
        assert "<select" not in read(seat, path)
    response = seat.post("/node/1/history/3/redaction", {"redaction": str(redacted.pk)}, follow=True)
    assert "The current version cannot be redacted." in response.content.decode()


@pytest.mark.parametrize(
    "number", ["", "0", "99", "x", "-1", "²", "1\0", "99999999999999999999", "9" * 100_000]
)
def test_a_redaction_that_does_not_exist_is_refused_in_words(
    seat: Client, redacted: Redaction, number: str
) -> None:
    response = seat.post("/node/1/history/1/redaction", {"redaction": number}, follow=True)
    assert response.status_code == 200
    assert "This redaction or version does not exist." in response.content.decode()
    assert redaction_of(1) is None


@pytest.mark.parametrize("path", ["/node/77/history/1", "/node/1/history/9", "/node/1/history/" + "9" * 30])
def test_a_version_that_does_not_exist_cannot_be_redacted(
    seat: Client, redacted: Redaction, path: str
) -> None:
    for fields in ({"redaction": str(redacted.pk)}, {"_method": "delete"}):
        assert seat.post(f"{path}/redaction", fields, follow=True).status_code == 404


def test_a_moderators_page_takes_a_fixed_number_of_statements(
    seat: Client, redacted: Redaction, moderator: User, django_assert_num_queries: object
) -> None:
    for number in range(20):
        Redaction.objects.create(title=f"No {number}", user=moderator)
    read(seat, "/node/1")
    # Session, user and roles; the latest number and the versions; the redactions to choose from.
    with django_assert_num_queries(8):  # type: ignore[operator]
        read(seat, "/node/1/history/2?show_redactions=true")
    with django_assert_num_queries(7):  # type: ignore[operator]
        read(seat, "/node/1/history?show_redactions=true")


@pytest.mark.django_db(transaction=True)
def test_a_redaction_that_is_just_being_applied_is_not_deleted(
    seat: Client, redacted: Redaction, moderator: User
) -> None:
    OldNode.objects.update(redaction=None)
    pages: list[str] = []

    def delete() -> None:
        path = f"/redactions/{redacted.pk}"
        pages.append(seat.post(path, {"_method": "delete"}, follow=True).content.decode())
        connection.close()

    with transaction.atomic():
        ref = ElementRef(ElementType.NODE, 1)
        actions.redact(moderator, ref=ref, version=1, redaction_id=redacted.pk)
        other = Thread(target=delete)
        other.start()
        until_somebody_waits()
    other.join()
    assert "This redaction is in use" in pages[0]
    assert redaction_of(1) == redacted.pk


@pytest.mark.django_db(transaction=True)
def test_a_redaction_that_is_just_being_deleted_is_not_changed(
    seat: Client, redacted: Redaction, moderator: User
) -> None:
    OldNode.objects.update(redaction=None)
    statuses: list[int] = []

    def change() -> None:
        fields = {"_method": "put", "title": "Private", "description": "A name"}
        statuses.append(seat.post(f"/redactions/{redacted.pk}", fields).status_code)
        connection.close()

    with transaction.atomic():
        actions.delete_redaction(moderator, redaction=redacted)
        other = Thread(target=change)
        other.start()
        until_somebody_waits()
    other.join()
    assert statuses == [404]
    assert not Redaction.objects.exists()


@pytest.mark.parametrize("field", ["title", "description"])
def test_a_control_character_is_an_error_of_the_form(seat: Client, redacted: Redaction, field: str) -> None:
    fields = {"title": "Copied", "description": "x", field: "a\x01b"}
    for page, more in (("/redactions", {}), (f"/redactions/{redacted.pk}", {"_method": "put"})):
        response = seat.post(page, {**fields, **more})
        assert response.status_code == 400
        assert f"The {field} contains invalid characters." in response.content.decode()
    assert Redaction.objects.count() == 1


def test_a_moderator_who_may_not_redact_is_told_why(
    seat: Client, redacted: Redaction, moderator: User
) -> None:
    User.objects.filter(pk=moderator.pk).update(terms_agreed=None)
    page = seat.post("/node/1/history/2/redaction", {"redaction": redacted.pk}, follow=True)
    assert "You have not agreed to the contributor terms" in page.content.decode()
