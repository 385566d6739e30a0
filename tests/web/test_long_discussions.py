"""Long discussions are shown a hundred comments at a time, the latest first."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.changesets.models import ChangesetComment
from apps.notes.models import NoteComment
from apps.users.models import User
from tests.notes.leaving import leave

COUNT = 250


@pytest.fixture
def note(alice: User) -> str:
    found = leave(alice, "The bridge is gone")
    now = timezone.now()
    NoteComment.objects.bulk_create(
        NoteComment(
            note=found,
            author=alice,
            event="commented",
            body=f"still {n}.",
            created_at=now + timedelta(seconds=n),
        )
        for n in range(COUNT)
    )
    return f"/note/{found.pk}"


@pytest.fixture
def changeset(alice: User, village: None) -> str:
    now = timezone.now()
    ChangesetComment.objects.bulk_create(
        ChangesetComment(
            changeset_id=1, author=alice, body=f"still {n}.", created_at=now + timedelta(seconds=n)
        )
        for n in range(COUNT)
    )
    return "/changeset/1"


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"still (\d+)\.", page)]


@pytest.mark.parametrize("name", ["note", "changeset"])
def test_a_long_discussion_has_pages(name: str, request: pytest.FixtureRequest, client: Client) -> None:
    address = str(request.getfixturevalue(name))
    seen: list[int] = []
    query: str | None = ""
    while query is not None:
        page = client.get(address + query).content.decode()
        assert ("The bridge is gone" in page) == (name == "note")
        assert (f'href="{address}">Latest comments' in page) == bool(query)
        seen = shown(page) + seen
        found = re.search(r'href="(\?before=\d+)"', page)
        query = found and found.group(1)
    assert seen == list(range(COUNT))
    assert len(shown(client.get(address).content.decode())) == 100


def test_a_short_discussion_has_no_pages(client: Client, alice: User) -> None:
    page = client.get(f"/note/{leave(alice).pk}").content.decode()
    assert "Earlier comments" not in page
