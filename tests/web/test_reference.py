"""The API reference."""

import re
from typing import Any

from django.test import Client

from apps.api06.openapi.document import document

from .test_elements import read, text_of


def test_the_page_lists_all_calls_without_the_database(
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


def test_ids_are_unique_and_all_fragment_links_have_a_target(client: Client, db: None) -> None:
    page = read(client, "/help/api")
    names = re.findall(r'\sid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(names)


def test_the_reference_is_linked_and_works_without_the_database(client: Client, settings: Any) -> None:
    assert 'href="/help/api"' in read(client, "/help")
    assert 'href="/help/api"' in read(client, "/about")
    settings.STATUS = "database_offline"
    assert Client().get("/help/api").status_code == 200


def test_an_example_is_shown_as_it_is_sent(client: Client, db: None) -> None:
    page = read(client, "/help/api")
    assert "read_status=true" in page
    assert "{&quot;read_status&quot;: &quot;true&quot;}" in page
