"""The pages of elements: current, history, versions."""

import json
import re

import pytest
from django.test import Client

from apps.elements.models import Node, Way
from apps.moderation.models import Redaction
from apps.users.models import User
from tests.worlds import load

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, status: int = 200) -> str:
    """Return the page with its markup and with whitespace collapsed."""
    response = client.get(path)
    assert response.status_code == status, path
    return " ".join(response.content.decode().split())


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def map_data(page: str) -> dict[str, object]:
    found = re.search(r'<script id="map-data" type="application/json">(.*?)</script>', page)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_the_page_of_a_node_shows_name_kind_author_and_position(client: Client, village: None) -> None:
    page = read(client, "/node/1")
    assert "<title>Node: Adler (1) | " in page
    assert "Restaurant" in page
    assert '<a href="/user/anna"><bdi>anna</bdi></a>' in page
    assert 'href="/changeset/3"' in page
    assert "The cafe has moved" in page
    assert 'href="#map=18/47.1000000/9.5001000"' in page
    assert '<a href="https://adler.example" rel="nofollow noopener">' in page
    assert "https://wiki.openstreetmap.org/wiki/Tag:amenity=restaurant" in page


def test_the_page_of_a_node_lists_its_ways_and_relations(client: Client, village: None) -> None:
    page = read(client, "/node/1")
    assert 'href="/way/1"' in page
    assert "Main Street" in page
    assert 'href="/relation/1"' in page
    assert '<span class="role"><bdi>stop</bdi></span>' in page


def test_a_way_lists_its_nodes_with_the_other_ways_they_belong_to(client: Client, village: None) -> None:
    page = read(client, "/way/1")
    listed = re.findall(r'<li><a href="(/node/\d+)"', page)
    assert listed == ["/node/1", "/node/2", "/node/3"]
    assert page.count('data-hover="way/2"') == 2
    assert 'href="/node/2" data-hover="node/2" rel="nofollow"' in page


def test_a_relation_lists_its_members_in_order_even_missing_ones(client: Client, village: None) -> None:
    page = read(client, "/relation/1")
    listed = re.findall(r'<li><a href="(/(?:node|way|relation)/\d+)"', page)
    assert listed == ["/way/1", "/node/1"]
    assert text_of(page).index("Adler") < text_of(page).index("Relation 99 not imported")


def test_the_geometry_is_in_the_page(client: Client, village: None) -> None:
    data = map_data(read(client, "/way/1"))
    assert data["type"] == "way"
    assert data["elements"] == [
        {"type": "node", "id": 1, "lat": 47.1, "lon": 9.5001},
        {"type": "node", "id": 2, "lat": 47.1, "lon": 9.51},
        {"type": "node", "id": 3, "lat": 47.12, "lon": 9.52},
        {
            "type": "way",
            "id": 1,
            "nodes": [1, 2, 3],
            "tags": {"highway": "residential", "name": "Main Street", "surface": "asphalt"},
        },
    ]
    assert map_data(read(client, "/relation/1"))["url"] == "/api/0.6/relation/1/full.json"


def test_the_lines_of_a_key_may_break_after_its_colons(client: Client, village: None) -> None:
    load(
        "n9 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Taddr:housenumber=5,my:<key>=x x9.5 y47.1\n"
        "n9 v2 dV c1 t2020-01-02T00:00:00Z i11 uanna Taddr:housenumber=6 x9.5 y47.1"
    )
    for path in ("/node/9", "/node/9/history", "/node/9/history/2"):
        assert ">addr:<wbr>housenumber</a>" in read(client, path)
    assert "my:<wbr>&lt;key&gt;" in read(client, "/node/9/history/1")


def test_the_download_links_point_to_the_api(client: Client, village: None) -> None:
    for page in ("/way/1", "/way/1/history", "/way/1/history/1", "/changeset/1"):
        addresses = re.findall(r'href="(/api/[^"]+)"', read(client, page))
        assert addresses
        for address in addresses:
            assert client.get(address).status_code == 200, address


def test_a_deleted_node_is_shown_as_deleted(client: Client, village: None) -> None:
    page = read(client, "/node/4")
    assert "deleted" in text_of(page)
    assert "map=18" not in page
    assert "/api/0.6/node/4" not in page
    assert "map-data" not in page


def test_the_page_for_an_unknown_element_names_it(client: Client, village: None) -> None:
    for path in ("/node/77", "/way/77", "/relation/77/history", "/node/99999999999999999999", "/node/0"):
        assert "could not be found" in text_of(read(client, path, 404))
    assert "version 9 of way #1 could not be found" in text_of(read(client, "/way/1/history/9", 404))


def test_an_element_without_an_author_is_anonymous(client: Client, nameless: None) -> None:
    page = read(client, "/node/5")
    assert "<i>anonymous</i>" in page
    assert "/user/" not in page.replace("/user/new", "")


def test_an_author_whose_edits_are_not_public_is_anonymous(client: Client, village: None) -> None:
    User.objects.filter(display_name="anna").update(data_public=False)
    for path in ("/node/1", "/node/1/history", "/node/1/history/1", "/changeset/1", "/history"):
        page = read(client, path)
        assert "anna" not in page
        assert "<i>anonymous</i>" in page


def test_a_deleted_author_is_shown_as_deleted(client: Client, village: None) -> None:
    User.objects.filter(display_name="anna").update(status="deleted")
    page = read(client, "/node/1")
    assert "<i>deleted</i>" in page
    assert "anna" not in page


def test_the_history_marks_what_each_version_changed(client: Client, village: None) -> None:
    page = read(client, "/node/1/history")
    versions = re.findall(r"<h2><a href=\"/node/1/history/(\d)\">", page)
    assert versions == ["3", "2", "1"]
    third, second, first = page.split("<h2><a href=")[1:]
    assert "moved 7.6 m" in text_of(third)
    assert "added: https://adler.example" in text_of(third)
    assert "removed: cafe added: restaurant" in text_of(second)
    assert "removed: +423 123 45 67" in text_of(second)
    assert "<ins>" not in first
    assert "+1 node" in read(client, "/way/1/history")


def test_a_version_compares_with_the_one_before(client: Client, village: None) -> None:
    page = read(client, "/way/1/history/2")
    assert '<tr class="added">' in page
    assert "version 2" in page
    assert 'aria-current="page" href="/way/1/history/2"' in page
    assert "Part of" not in page


def test_a_redacted_version_shows_no_data(client: Client, redacted: Redaction) -> None:
    for path in ("/node/1/history/2", "/node/1/history"):
        page = read(client, path)
        assert "Version 2 cannot be shown" in text_of(page)
        assert "bert" not in page
    assert "Adler" not in text_of(read(client, "/node/1/history/2"))
    changes = read(client, "/changeset/2")
    assert "Adler" not in changes
    assert 'href="/node/1" data-hover="node/1" class="gone"' in changes
    # The next version is not compared with the redacted one.
    assert "<del>" not in read(client, "/node/1/history/3")


def test_the_history_shows_twenty_versions_per_page(client: Client, village: None) -> None:
    load(
        "\n".join(
            f"n8 v{number} dV c1 t2020-01-01T00:00:{number:02}Z i11 uanna Tnumber={number} x9.5 y47.1"
            for number in range(1, 46)
        )
    )

    def shown(query: str) -> list[int]:
        return [
            int(n)
            for n in re.findall(
                r"<h2><a href=\"/node/8/history/(\d+)\">", read(client, f"/node/8/history{query}")
            )
        ]

    assert shown("") == list(range(45, 25, -1))
    assert shown("?before=26") == list(range(25, 5, -1))
    assert shown("?before=6") == [5, 4, 3, 2, 1]
    assert shown("?after=5") == list(range(25, 5, -1))
    assert shown("?after=0") == list(range(20, 0, -1))
    oldest = read(client, "/node/8/history?before=26")
    assert "removed: 5 added: 6" in text_of(oldest)


@pytest.mark.parametrize("query", ["before=x", "before=-1", "after=1.5", "after="])
def test_an_invalid_cursor_redirects_to_the_error_page(client: Client, village: None, query: str) -> None:
    for path in ("/node/1/history", "/history"):
        response = client.get(f"{path}?{query}")
        assert (response.status_code, response["Location"]) == (302, "/400")


def test_large_relations_show_a_hundred_members_per_page(client: Client, village: None) -> None:
    nodes = "\n".join(f"n{n} v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5 y47.1" for n in range(1001, 1251))
    members = ",".join(f"n{n}@" for n in range(1001, 1251))
    load(f"{nodes}\nr5 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Ttype=site M{members}")
    page = read(client, "/relation/5")
    assert page.count('<li><a href="/node/') == 100
    assert 'hx-get="/relation/5/members?page=2"' in page
    last = read(client, "/relation/5/members?page=3")
    assert re.findall(r'<li><a href="/node/(\d+)"', last) == [str(n) for n in range(1201, 1251)]
    fragment = client.get(
        "/relation/5/members?page=2", headers={"HX-Request": "true", "HX-Target": "more-members"}
    )
    assert "<h1" not in fragment.content.decode()
    assert fragment.content.decode().count('<li><a href="/node/') == 100


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/node/1", 3),
        ("/way/1", 4),
        ("/relation/1", 5),
        ("/way/1/history", 2),
        ("/way/1/history/1", 4),
        ("/changeset/1", 8),
        ("/history", 1),
        ("/user/anna/history", 2),
        ("/user/anna", 7),
    ],
)
def test_a_page_needs_a_fixed_number_of_statements(
    client: Client, village: None, django_assert_num_queries: object, path: str, statements: int
) -> None:
    with django_assert_num_queries(statements):  # type: ignore[operator]
        read(client, path)


def test_a_long_way_needs_no_more_statements(
    client: Client, village: None, django_assert_num_queries: object
) -> None:
    nodes = "\n".join(f"n{n} v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5 y47.1" for n in range(2001, 4001))
    load(
        f"{nodes}\nw9 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna N{','.join(f'n{n}' for n in range(2001, 4001))}"
    )
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert read(client, "/way/9").count('<li><a href="/node/') == 2000


def test_htmx_gets_only_the_sidebar(client: Client, village: None) -> None:
    response = client.get("/way/1", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.lstrip().startswith("<title>Way: Main Street (1) | ")
    assert "<html" not in page
    assert "HX-Request" in response["Vary"]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_tags_cannot_inject_markup_or_scripts(client: Client, village: None) -> None:
    tags = {
        "name": HOSTILE,
        HOSTILE: "key",
        "website": "javascript:alert(1)",
        "url": "JaVaScRiPt://example.org/%0aalert(1)",
        "contact:website": "data:text/html,<script>alert(1)</script>",
        "wikipedia": 'de:" onmouseover=alert(1)//',
        "wikidata": 'Q1" onclick=alert(1)',
        "image": 'https://example.org/"onmouseover="alert(1)',
        "email": 'a@b.example"><script>alert(1)</script>',
        "colour": '#fff"><script>alert(1)</script>',
        "note": "</script><script>alert(1)</script>",
    }
    Node.objects.filter(id=1).update(tags=tags)
    Way.objects.filter(id=1).update(tags=tags)
    for path in ("/node/1", "/way/1", "/node/1/history", "/relation/1", "/changeset/3", "/way/1/history/2"):
        page = read(client, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert not re.search(r'href="\s*(?:javascript|data)', page, re.IGNORECASE)
        assert not re.search(r'<[^>]*"\s*on\w+=', page)


def test_bidirectional_characters_in_names_are_isolated(client: Client, village: None) -> None:
    Node.objects.filter(id=1).update(tags={"name": "abc\u202egnp.exe", "amenity": "cafe"})
    page = read(client, "/node/1")
    assert "<bdi>abc\u202egnp.exe</bdi></h1>" in page


@pytest.mark.parametrize(
    ("key", "value", "href"),
    [
        ("wikipedia", "de:Schloss Vaduz", "https://de.wikipedia.org/wiki/Schloss_Vaduz?uselang=en"),
        ("wikipedia:fr", "Château", "https://fr.wikipedia.org/wiki/Ch%C3%A2teau?uselang=en"),
        ("brand:wikidata", "Q42", "https://www.wikidata.org/wiki/Q42"),
        ("wikimedia_commons", "File:A b.jpg", "https://commons.wikimedia.org/wiki/File:A_b.jpg"),
        ("contact:email", "info@adler.example", "mailto:info@adler.example"),
        ("fax", "+423 123 45 67", "tel:+4231234567"),
        ("website", "www.adler.example/menu", "https://www.adler.example/menu"),
        ("source", "see http://a.example/x.", "http://a.example/x"),
        ("source", '"http://a.example/x", (http://b.example)', "http://b.example"),
        ("website", "https://a.example/x;jsessionid=1?y=2", "https://a.example/x;jsessionid=1?y=2"),
        ("website", "https://a.example/?x=1;y=2", "https://a.example/?x=1;y=2"),
        ("contact:website", "https://a.example/x;y", "https://a.example/x;y"),
        ("website", "https://a.example/x;y;https://b.example", "https://a.example/x;y"),
        ("website", "https://a.example/x;y;https://b.example", "https://b.example"),
        ("website", "https://a.example; b.example", "https://b.example"),
        ("source", "https://a.example/x;survey", "https://a.example/x"),
        ("source", "https://a.example/x;v=1;survey", "https://a.example/x;v=1"),
        ("url", "https://a.example/Inc.", "https://a.example/Inc."),
        ("image", "https://a.example/Foo_(bar).jpg", "https://a.example/Foo_(bar).jpg"),
        ("note", "as in way/5; see https://a.example/;b", "/way/5"),
        ("phone", "+423 123 45 67; +43 (1) 234-567", "tel:+43(1)234-567"),
        ("email", "a@b.example; c@d.example", "mailto:c@d.example"),
        ("phone", "+43 (0)1 234 567", "tel:+431234567"),
        ("website", "https://a.example/x,https://b.example", "https://a.example/x"),
        ("website", "https://a.example/x|https://b.example", "https://b.example"),
        ("website:de", "a.example/x", "https://a.example/x"),
        ("operator:wikimedia_commons", "File:A.jpg", "https://commons.wikimedia.org/wiki/File:A.jpg"),
        ("mapillary", "https://www.mapillary.com/map/im/1", "https://www.mapillary.com/map/im/1"),
        ("subject:wikidata", "Q42; Q43", "https://www.wikidata.org/wiki/Q43"),
    ],
)
def test_values_link_to_what_they_name(
    client: Client, village: None, key: str, value: str, href: str
) -> None:
    Node.objects.filter(id=1).update(tags={key: value})
    assert f'<a href="{href}" rel="nofollow noopener">' in read(client, "/node/1")


def test_colours_are_shown(client: Client, village: None) -> None:
    Node.objects.filter(id=1).update(tags={"roof:colour": "#a1b2c3"})
    assert 'fill="#a1b2c3"' in read(client, "/node/1")


def test_only_documented_tags_link_to_the_wiki(client: Client, village: None) -> None:
    Node.objects.filter(id=1).update(tags={"highway": "residential", "x-nobody-uses": "this"})
    page = read(client, "/node/1")
    assert "wiki/Key:highway" in page
    assert "wiki/Tag:highway=residential" in page
    assert "wiki/Key:x-nobody" not in page


def test_elements_without_a_changeset_have_their_pages(client: Client, village: None) -> None:
    load("n6 v1 t2020-01-01T00:00:00Z x9.5 y47.1 Tname=Bare\nw6 v1 Thighway=path,name=Way Nn6,n1")
    for path in ("/node/6", "/node/6/history", "/way/6", "/way/6/history/1"):
        page = read(client, path)
        assert "author and changeset not imported" in page
        for address in set(re.findall(r'href="(/changeset/\d+)"', page)):
            assert client.get(address).status_code == 200, address
    assert client.get("/history").status_code == 200
