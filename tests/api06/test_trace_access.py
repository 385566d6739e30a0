"""Who gets the files of traces over the API, how long caches may keep them, and the limit of uploads."""

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.traces import importer
from apps.users.models import User
from tests.api06.client import get
from tests.traces.files import POINT, gpx, imported, upload

from .test_traces import _tokens as tokens  # noqa: F401 (a fixture)
from .test_traces import as_user, form, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]


def test_uploads_per_hour_are_limited_over_the_api_and_on_the_page(
    alice: User, settings: LazySettings
) -> None:
    settings.MAX_TRACES_PER_HOUR = 2
    assert [post(form()).status, post(form(visibility="odd")).status, post(form()).status] == [200, 400, 200]
    refused = post(form())
    assert (refused.status, refused.text) == (429, "Rate limit exceeded")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    browser = Client()
    browser.force_login(alice)
    page = browser.post("/traces", form(tags=""))
    assert (page.status_code, "Retry-After" in page) == (429, True)
    assert "You have done this many times recently" in page.content.decode()
    assert post(form(), "bobs").status == 200


def test_a_public_file_is_served_to_others_once_it_was_read(alice: User) -> None:
    trace = upload(alice, gpx(POINT), visibility="public")
    for path in (f"gpx/{trace.pk}/data", f"gpx/{trace.pk}/data.gpx", f"gpx/{trace.pk}/data.xml"):
        assert get(path).status == 404
        assert get(path, **as_user("bobs")).status == 404
        own = get(path, **as_user())
        assert (own.status, own.headers["Cache-Control"]) == (200, "private, no-store")
    importer.run(trace.pk)
    response = get(f"gpx/{trace.pk}/data")
    assert (response.status, response.body) == (200, gpx(POINT))
    assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("visibility", ["private", "trackable"])
def test_no_cache_stores_a_private_file(visibility: str, alice: User) -> None:
    trace = imported(alice, gpx(POINT), visibility=visibility)
    for suffix in ("", ".gpx", ".xml"):
        response = get(f"gpx/{trace.pk}/data{suffix}", **as_user())
        assert (response.status, response.headers["Cache-Control"]) == (200, "private, no-store")
