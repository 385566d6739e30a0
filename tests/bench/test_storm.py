"""Sixteen clients change the same elements: what the server confirms is stored, and what it refuses leaves no trace.

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


def test_accepted_changes_are_stored_and_refused_ones_are_not(
    live_server: LiveServer, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Locks are taken in an order that never needs a retry.
    monkeypatch.setattr(upload, "_TRIES", 1)
    log = storm(live_server.url, tokens, clients=16, seconds=SECONDS)
    assert list(findings(live_server.url, log)) == []
    assert log.statuses[200] > 1
    assert log.statuses[409] + log.statuses[410] + log.statuses[412] > 0
    assert len(log.changesets) > 10


def test_errors_of_a_server_are_found(live_server: LiveServer, tokens: list[str]) -> None:
    log = storm(live_server.url, tokens, clients=1, seconds=0.3)
    assert list(findings(live_server.url, log)) == []
    lost = OldNode.objects.order_by("id", "version")[0]
    OldNode.objects.filter(id=lost.id, version=lost.version).delete()
    other = Node.objects.filter(visible=True).exclude(id=lost.id)[0]
    Node.objects.filter(id=other.id).update(tags={"mark": "refused"})
    changeset = max(log.changesets)
    Changeset.objects.filter(id=changeset).update(num_changes=0)
    found = "\n".join(findings(live_server.url, log))
    assert f"Ref(kind='node', id={lost.id}) has the versions" in found
    assert f"Ref(kind='node', id={other.id}) version {other.version} is of refused" in found
    assert f"changeset {changeset} counts 0 changes" in found
    assert f"Ref(kind='node', id={lost.id}), {lost.version}) is missing" in found
