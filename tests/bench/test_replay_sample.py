"""`bench.replay` brings the sample from an earlier state to its last one, over HTTP."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import osmium
import pytest
from pytest_django.live_server_helper import LiveServer

from apps.elements.models import Node, Relation, Way
from bench.replay.__main__ import compare, replay
from tests.extracts import COUNTS, HISTORY, SAMPLE
from tests.planet.helpers import run

# The last village has streets and buildings by then, and nothing else yet.
EARLIER = datetime(2011, 12, 1, tzinfo=UTC)


def earlier_state(path: Path) -> Path:
    """Write what was visible at that time, according to the history."""
    last: dict[tuple[str, int], int] = {}
    item: Any
    for item in osmium.FileProcessor(HISTORY):
        if item.timestamp <= EARLIER:
            last[item.type_str(), item.id] = item.version
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(HISTORY):
            if item.visible and last.get((item.type_str(), item.id)) == item.version:
                writer.add(item)
    return path


@pytest.mark.slow
def test_the_sample_reaches_its_last_state(
    live_server: LiveServer, tokens: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = earlier_state(tmp_path / "first.osm.pbf")
    run(first)
    state = replay(live_server.url, tokens, first, SAMPLE, most=1000)
    assert compare(live_server.url, state) == 0, capsys.readouterr().out
    visible = [kind.objects.filter(visible=True).count() for kind in (Node, Way, Relation)]
    assert tuple(visible) == COUNTS[SAMPLE]
