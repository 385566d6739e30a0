"""The pages of an ordinary extract: current versions only, without changesets and authors."""

import re

import pytest
from django.test import Client

from apps.changesets.models import Changeset
from tests.conftest import make_user
from tests.oauth.flow import browser
from tests.worlds import load

from .test_changesets import listed
from .test_elements import read, text_of

pytestmark = pytest.mark.django_db

EXTRACT = r"""
    n1 v3 dV c0 t2020-03-01T00:00:00Z Tamenity=cafe,name=Adler x9.50 y47.10
    n2 v1 dV c0 t2020-01-01T00:00:00Z x9.51 y47.10
    w1 v12 dV c0 t2020-02-01T00:00:00Z Thighway=residential,name=Main%20%Street Nn1,n2,n3
    r1 v7 dV c0 t2020-01-01T00:00:00Z Ttype=route,route=bus,name=Line%20%1 Mw1@,w99@
"""
PAGES = [
    *("/node/1", "/node/1/history", "/node/1/history/3", "/node/2", "/way/1", "/way/1/history"),
    *("/way/1/history/12", "/relation/1", "/relation/1/history", "/relation/1/members", "/history", "/"),
]


@pytest.fixture(autouse=True)
def _extract(db: None) -> None:
    load(EXTRACT)


def own_links(page: str) -> set[str]:
    """Return the paths that a page links to, without those that every page has."""
    return {
        path.partition("#")[0].replace("&amp;", "&")
        for path in re.findall(r'(?:href|hx-get)="(/[^"]*)"', page)
    }


def test_no_link_of_any_page_leads_nowhere(client: Client) -> None:
    for page in PAGES:
        for path in own_links(read(client, page)):
            if not path.startswith("/static/"):
                assert client.get(path).status_code in {200, 302}, f"{page} links to {path}"


def test_an_element_says_what_was_not_imported(client: Client) -> None:
    for path in ("/node/1", "/node/1/history", "/node/1/history/3", "/way/1", "/relation/1"):
        page = text_of(read(client, path))
        assert "author and changeset not imported" in page
        for wrong in ("no comment", "anonymous", "Changeset #0"):
            assert wrong not in page, path


def test_only_stored_versions_have_buttons(client: Client) -> None:
    assert re.findall(r'href="/node/1/history/(\d+)"', read(client, "/node/1")) == ["3"]
    assert "2 older versions were not imported." in text_of(read(client, "/node/1"))
    assert "11 older versions were not imported." in text_of(read(client, "/way/1/history/12"))
    assert "2 versions before this were not imported." in text_of(read(client, "/node/1/history"))
    for path in ("/node/2", "/node/2/history", "/node/2/history/1"):
        assert "imported." not in text_of(read(client, path))


def test_a_version_between_two_imports_is_named_as_missing(client: Client) -> None:
    load("n1 v6 dV c5 t2021-03-01T00:00:00Z i11 uanna Tamenity=pub,name=Adler x9.50 y47.10")
    assert re.findall(r'href="/node/1/history/(\d+)"', read(client, "/node/1")) == ["3", "6"]
    history = read(client, "/node/1/history")
    assert text_of(history).count("2 versions before this were not imported.") == 2
    # What versions 4 and 5 changed is unknown, so nothing is compared.
    assert "<del>" not in history
    assert "<del>" not in read(client, "/node/1/history/6")


def test_the_page_of_a_version_that_was_not_imported_says_so(client: Client) -> None:
    assert "This version was not imported into this server." in text_of(
        read(client, "/node/1/history/2", 404)
    )
    for path in ("/node/1/history/4", "/node/1/history/0", "/node/77"):
        assert "was not imported" not in text_of(read(client, path, 404))


def test_elements_outside_the_extract_are_named_without_a_link(client: Client) -> None:
    for path, name, link in (("/relation/1", "Way 99", "/way/99"), ("/way/1", "Node 3", "/node/3")):
        page = read(client, path)
        assert f"{name} not imported" in text_of(page)
        assert link not in page


def test_changeset_0_is_no_changeset(client: Client) -> None:
    assert Changeset.objects.get().pk == 0
    assert listed(client, "/history") == []
    assert "changeset/0" not in client.get("/history/feed").content.decode()
    page = text_of(read(client, "/changeset/0", 404))
    assert "imported without their changesets" in page
    mapper = browser(make_user("carol"))
    assert mapper.post("/changeset/0/comment", {"text": "Hello"}).status_code == 404
    assert mapper.post("/changeset/0/subscription").status_code == 404


def test_a_changeset_that_elements_only_name_has_no_known_comment(client: Client) -> None:
    load("n5 v2 dV c8 t2020-02-01T00:10:00Z i11 uanna x9.505 y47.105")
    for path in ("/node/5", "/node/5/history", "/changeset/8", "/history"):
        page = text_of(read(client, path))
        assert "(comment not imported)" in page, path
        assert "(no comment)" not in page
        assert "anna" in page
    assert "Only elements of this changeset were imported" in text_of(read(client, "/changeset/8"))


def test_a_changeset_without_a_comment_says_so(client: Client) -> None:
    load(
        """
        c9 k1 s2020-02-01T00:00:00Z e2020-02-01T01:00:00Z d0 i11 uanna x9.5 y47.1 X9.5 Y47.1 Tcreated_by=JOSM
        n6 v1 dV c9 t2020-02-01T00:10:00Z i11 uanna x9.5 y47.1
        """
    )
    for path in ("/node/6", "/changeset/9", "/history"):
        assert "(no comment)" in text_of(read(client, path)), path
    # A program of a local mapper that sent no tags at all.
    carol = make_user("carol")
    Changeset.objects.filter(pk=9).update(user=carol, tags={})
    for path in ("/node/6", "/changeset/9"):
        assert "(no comment)" in text_of(read(client, path)), path
