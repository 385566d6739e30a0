"""The CSRF token under the names of openstreetmap.org, which scripts for moderators read from pages."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.changesets.models import ChangesetComment
from apps.traces.models import Trace
from apps.users.models import User
from tests.conftest import PASSWORD
from tests.oauth.flow import browser

from .test_elements import read
from .test_traces import WALK

pytestmark = pytest.mark.django_db
WRONG = "x" * 64


def token_of(page: str) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', page)
    assert found
    return found[1]


def fields_of(page: str) -> list[str]:
    return re.findall(r'<input type="hidden" name="authenticity_token" value="([^"]+)">', page)


def test_the_token_of_the_page_is_accepted_as_a_field_and_as_a_header(village: None, bob: User) -> None:
    client = browser(bob, enforce_csrf_checks=True)
    page = read(client, "/changeset/1")
    assert '<meta name="csrf-param" content="authenticity_token">' in page
    token = token_of(page)
    assert client.post("/changeset/1/comment", {"text": "1", "authenticity_token": token}).status_code == 302
    assert (
        client.post("/changeset/1/comment", {"text": "2"}, headers={"X-CSRF-Token": token}).status_code == 302
    )
    assert (
        client.post("/changeset/1/comment", {"text": "3"}, headers={"X-CSRFToken": token}).status_code == 302
    )
    assert client.delete("/changeset/1/subscription", headers={"X-CSRF-Token": token}).status_code == 302
    assert ChangesetComment.objects.count() == 3


@pytest.mark.parametrize("name", ["authenticity_token", "csrfmiddlewaretoken"])
def test_forms_of_other_methods_may_have_the_field_too(village: None, bob: User, name: str) -> None:
    client = browser(bob, enforce_csrf_checks=True)
    token = token_of(read(client, "/changeset/1"))

    def delete(value: str) -> int:
        form = "application/x-www-form-urlencoded"
        return client.delete("/changeset/1/subscription", f"{name}={value}", content_type=form).status_code

    assert [delete(WRONG), delete(""), delete(token)] == [403, 403, 302]


def test_every_form_has_the_field(village: None, bob: User) -> None:
    client = browser(bob, enforce_csrf_checks=True)
    for path in ("/changeset/1", "/traces/new", "/messages/new/bob", "/account", "/note/new"):
        page = read(client, path)
        assert len(fields_of(page)) == page.lower().count('method="post"'), path
        assert client.post("/notices/read", {"authenticity_token": fields_of(page)[-1]}).status_code == 302


def test_a_wrong_token_is_refused_whatever_its_name(village: None, bob: User) -> None:
    client = browser(bob, enforce_csrf_checks=True)
    read(client, "/changeset/1")
    path = "/changeset/1/comment"
    assert client.post(path, {"text": "x", "authenticity_token": WRONG}).status_code == 403
    assert client.post(path, {"text": "x", "authenticity_token": ""}).status_code == 403
    assert client.post(path, {"text": "x"}, headers={"X-CSRF-Token": WRONG}).status_code == 403
    assert client.post(path, {"text": "x"}).status_code == 403
    assert not ChangesetComment.objects.exists()


def test_a_program_can_log_in_with_the_token_of_the_log_in_page(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    page = read(client, "/login")
    assert fields_of(page) == [token_of(page)]
    fields = {"username": "alice", "password": PASSWORD, "authenticity_token": token_of(page)}
    answer = client.post("/login", fields)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_upload_accepts_the_field(alice: User, trace_files: Path) -> None:
    client = browser(alice, enforce_csrf_checks=True)
    token = token_of(read(client, "/traces/new"))
    fields = {"description": "A walk", "visibility": "private", "authenticity_token": token}
    answer = client.post("/traces", {**fields, "file": SimpleUploadedFile("walk.gpx", WALK)})
    assert answer.status_code == 302
    assert Trace.objects.count() == 1


def test_pages_for_visitors_without_a_form_have_no_token(client: Client, village: None) -> None:
    for path in ("/", "/way/1", "/changeset/1", "/history", "/notes", "/about", "/user/anna"):
        answer = client.get(path)
        assert b"csrf" not in answer.content
        assert not answer.cookies, path
