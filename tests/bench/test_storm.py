"""Sixteen clients at the same elements: the server does what it says, and refuses without a trace.

OSMSITE_STORM_SECONDS sets for how long (5 by default).
"""

import os

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset
from apps.elements import upload
from apps.elements.models import Node, OldNode
from bench.storm.check import findings
from bench.storm.client import storm

SECONDS = float(os.environ.get("OSMSITE_STORM_SECONDS", "5"))


def test_what_was_accepted_is_there_and_what_was_refused_is_not(
    live_server: LiveServer, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Locks are taken in an order that needs no second try.
    monkeypatch.setattr(upload, "_TRIES", 1)
    diary = storm(live_server.url, tokens, clients=16, seconds=SECONDS)
    assert list(findings(live_server.url, diary)) == []
    assert diary.answers[200] > 1
    assert diary.answers[409] + diary.answers[410] + diary.answers[412] > 0
    assert len(diary.changesets) > 10


def test_what_a_server_gets_wrong_is_found(live_server: LiveServer, tokens: list[str]) -> None:
    diary = storm(live_server.url, tokens, clients=1, seconds=0.3)
    assert list(findings(live_server.url, diary)) == []
    lost = OldNode.objects.order_by("id", "version")[0]
    OldNode.objects.filter(id=lost.id, version=lost.version).delete()
    other = Node.objects.filter(visible=True).exclude(id=lost.id)[0]
    Node.objects.filter(id=other.id).update(tags={"mark": "refused"})
    changeset = max(diary.changesets)
    Changeset.objects.filter(id=changeset).update(num_changes=0)
    found = "\n".join(findings(live_server.url, diary))
    assert f"Ref(kind='node', id={lost.id}) has the versions" in found
    assert f"Ref(kind='node', id={other.id}) version {other.version} is of refused" in found
    assert f"changeset {changeset} counts 0 changes" in found
    assert f"Ref(kind='node', id={lost.id}), {lost.version}) is missing" in found
