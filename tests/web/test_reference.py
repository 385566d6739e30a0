"""The page about the API."""

import re
from typing import Any

from django.test import Client

from apps.api06.openapi.document import document

from .test_elements import read, text_of


def test_all_calls_are_on_the_page_without_the_database(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        page = read(client, "/help/api")
    text = text_of(page)
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert f"{method.upper()} {path} {operation['summary']}" in text
    assert "Needs a token with the scope write_changeset_comments or write_api" in text
    assert "Version mismatch: Provided 1, server had: 2 of Node 1" in page


def test_its_links_within_lead_somewhere_and_no_place_has_two_names(client: Client, db: None) -> None:
    page = read(client, "/help/api")
    names = re.findall(r'\sid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_it_is_found_from_the_help_and_while_the_database_is_away(client: Client, settings: Any) -> None:
    assert 'href="/help/api"' in read(client, "/help")
    assert 'href="/help/api"' in read(client, "/about")
    settings.STATUS = "database_offline"
    assert Client().get("/help/api").status_code == 200


def test_an_example_is_written_as_it_is_sent(client: Client, db: None) -> None:
    page = read(client, "/help/api")
    assert "read_status=true" in page
    assert "{&quot;read_status&quot;: &quot;true&quot;}" in page
