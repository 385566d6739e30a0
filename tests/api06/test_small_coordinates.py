"""Coordinates near 0 are written in fixed notation, which every client can read."""

import re

import pytest
from django.conf import LazySettings

from apps.oauth.actions import create_token
from apps.users.models import User
from tests.api06.client import get
from tests.api06.note_helpers import new_note
from tests.traces.files import gpx, imported, point
from tests.worlds import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]

SCIENTIFIC = re.compile(r"[0-9]e-[0-9]", re.IGNORECASE)
BOX = "bbox=-0.0000003,-0.0000004,0.0000024,0.0000013"
CALLS = [
    "notes/{note}",
    "notes/{note}.json",
    "notes/{note}.gpx",
    "notes/{note}.rss",
    f"notes?{BOX}",
    f"notes.json?{BOX}",
    f"notes/feed?{BOX}",
    "changeset/1",
    "changeset/1.json",
    "changesets.json",
    "node/1",
    "node/1.json",
    f"map?{BOX}",
    f"map.json?{BOX}",
    "gpx/{trace}/details",
    "gpx/{trace}/details.json",
    "user/gpx_files",
    "user/gpx_files.json",
    f"trackpoints?{BOX}",
    "user/details",
    "user/details.json",
]


@pytest.mark.parametrize("path", CALLS)
def test_no_response_has_scientific_notation(path: str, alice: User, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "http://testserver"
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ubob x0.0000012 y-0.0000003")
    User.objects.filter(pk=alice.pk).update(home_lat=0.0000123, home_lon=-0.0000002, home_zoom=3)
    note = new_note(lat=0.0000012, lon=-0.0000003)
    trace = imported(alice, gpx(point("0.0000012", "-0.0000003")))
    token = create_token(alice, scopes=["read_gpx", "read_prefs"])
    response = get(path.format(note=note.pk, trace=trace.pk), Authorization=f"Bearer {token}")
    assert response.status == 200
    assert re.search(r"0\.000001[23]|-0\.0000003", response.text)
    assert not SCIENTIFIC.search(response.text)
