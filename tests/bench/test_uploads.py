"""`bench.uploads` against a server."""

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset
from apps.elements.models import Node, Way
from bench import uploads


def test_it_times_creates_in_two_orders_modifies_and_deletes(
    live_server: LiveServer,
    tokens: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(uploads, "WAYS", 3)
    monkeypatch.setattr(
        "sys.argv", ["uploads", "--url", live_server.url, "--token", tokens[0], "--rounds", "1"]
    )
    assert uploads.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition("  ")[0].split("  ")[0] for line in lines] == [
        "30 creates",
        "30 creates, interleaved",
        "30 modifies",
        "30 deletes",
    ]
    assert [changeset.num_changes for changeset in Changeset.objects.order_by("id")] == [30] * 4
    assert (Node.objects.filter(visible=True).count(), Way.objects.filter(visible=True).count()) == (27, 3)
