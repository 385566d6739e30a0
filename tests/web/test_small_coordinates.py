"""Coordinates near 0 are written in fixed notation in links and fields of pages."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from apps.users.models import User, UserRole
from tests.api06.note_helpers import new_note
from tests.notes.leaving import protect
from tests.traces.files import gpx, imported, point
from tests.worlds import load

from .test_elements import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trace_files")]

LAT, LON = "0.0000012", "-0.0000003"
SCIENTIFIC = re.compile(r"[0-9]e-[0-9]", re.IGNORECASE)


@pytest.fixture
def mapper(client: Client, alice: User) -> Client:
    load(f"n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ubob x{LON} y{LAT}")
    User.objects.filter(pk=alice.pk).update(home_lat=float(LAT), home_lon=float(LON))
    alice.roles.create(role=UserRole.Role.MODERATOR)
    client.force_login(alice)
    return client


def trace(user: User) -> str:
    return f"/user/alice/traces/{imported(user, gpx(point(LAT, LON))).pk}"


def traces(user: User) -> str:
    trace(user)
    return "/user/alice/traces"


def zone(user: User) -> str:
    outline = [[float(LON), float(LAT)], [1.0, 0.0], [1.0, 1.0]]
    return f"/moderation_zones/{protect(user, outline=outline).pk}/edit"


def note(_: User) -> str:
    return f"/note/{new_note(lat=float(LAT), lon=float(LON)).pk}"


@pytest.mark.parametrize(
    "address",
    [
        trace,
        traces,
        note,
        zone,
        lambda _: "/node/1",
        lambda _: f"/note/new?lat={float(LAT)}&lon={float(LON)}",
        lambda _: "/profile/location",
    ],
)
def test_no_page_has_scientific_notation(mapper: Client, alice: User, address: Callable[[User], str]) -> None:
    page = read(mapper, address(alice))
    shown = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert LAT in shown
    assert LON in shown
    assert not SCIENTIFIC.search(shown)
