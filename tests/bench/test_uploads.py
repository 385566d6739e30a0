"""`bench.uploads` with one server and with two."""

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset
from apps.elements.models import Node, Way
from bench import uploads


def test_it_times_each_kind_of_upload_on_two_servers_and_deletes_what_it_created(
    live_server: LiveServer,
    tokens: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = live_server.url
    servers = [url, "--token", tokens[0], "--compare", url, "--compare-token", tokens[1]]
    monkeypatch.setattr("sys.argv", ["uploads", *servers, "--changes", "30", "--rounds", "2"])
    assert uploads.main() == 0
    lines = capsys.readouterr().out.splitlines()[-10:]
    assert [line[:22].strip() for line in lines] == [line for line in uploads.LINES for _ in "AB"]
    assert [line.split()[len(line[:22].split())] for line in lines] == ["A", "B"] * 5
    assert [changeset.num_changes for changeset in Changeset.objects.all()] == [30] * 5 * 3 * 2
    assert not Node.objects.filter(visible=True).exists()
    assert not Way.objects.filter(visible=True).exists()
    way = Way.objects.order_by("id")[0]
    assert (way.version, way.nodes) == (3, [])


def test_a_missing_token_gives_a_one_line_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["uploads", "http://127.0.0.1:1"])
    assert uploads.main() == 1
    assert capsys.readouterr().err == (
        "uploads: a token is needed to upload to http://127.0.0.1:1 (--token, --compare-token)\n"
    )
