"""What the pages of traces show to their owner only, and how long caches may keep files."""

import pytest
from django.test import Client

from apps.traces import importer
from apps.users.models import User
from tests.traces.files import gpx, point

from .test_elements import read
from .test_traces import VISIBILITIES, browser, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]


def test_no_cache_stores_what_only_the_owner_may_see(alice: User) -> None:
    client = browser(alice)
    for visibility in VISIBILITIES:
        trace = send(alice, visibility=visibility)
        page = f"/user/alice/traces/{trace.pk}"
        for path in (f"{page}/picture", f"{page}/icon", f"{page}/track.json", f"/traces/{trace.pk}/data"):
            caching = client.get(path)["Cache-Control"]
            assert "private" in caching
            assert ("no-store" in caching) == (visibility in {"private", "trackable"})


def test_a_public_file_is_served_to_others_once_it_was_read(alice: User, bob: User) -> None:
    trace = send(alice, visibility="public", is_read=False)
    for path in (f"/traces/{trace.pk}/data", f"/traces/{trace.pk}/data.gpx"):
        assert browser(bob).get(path).status_code == Client().get(path).status_code == 404
        assert browser(alice).get(path)["Cache-Control"] == "private, no-store"
    importer.run(trace.pk)
    assert Client().get(f"/traces/{trace.pk}/data").status_code == 200


def test_the_owner_sees_what_was_left_out(alice: User, bob: User) -> None:
    trace = send(alice, content=gpx(point(1, 1) + point(1, 1, "<time>s&lt;oon</time>")))
    remark = "1 point was left out because its time cannot be read: s&lt;oon"
    assert remark in read(browser(alice), f"/user/alice/traces/{trace.pk}")
    assert "left out" not in read(browser(bob), f"/user/alice/traces/{trace.pk}")
