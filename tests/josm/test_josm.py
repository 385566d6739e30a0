"""JOSM's own classes download, upload, and understand why an upload was refused (Debian package `josm`)."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset
from apps.elements.models import Node, Way
from tests import needs, worlds
from tests.api06.conftest import EDITED_WORLD
from tests.conftest import make_user

JAR = Path("/usr/share/josm/josm.jar")
PROGRAM = Path(__file__).with_name("Session.java")

pytestmark = pytest.mark.slow


def session(*arguments: str, home: Path) -> list[str]:
    """Run JOSM without windows and with a home folder of its own, and return what it prints."""
    if not JAR.exists():
        needs.missing("JOSM is not installed (on Debian: apt install josm)")
    # A runtime alone cannot run a source file.
    needs.program("javac", package="default-jdk-headless")
    done = subprocess.run(
        [
            needs.program("java", package="default-jdk-headless"),
            "-Djava.awt.headless=true",
            f"-Djosm.home={home}",
            "-cp",
            str(JAR),
            str(PROGRAM),
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "HOME": str(home)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line[2:] for line in done.stdout.splitlines() if line.startswith("> ")]


def test_josm_downloads_uploads_and_understands_refusals(live_server: LiveServer, tmp_path: Path) -> None:
    alice = make_user("alice")
    ends = timezone.now() + timedelta(days=1)
    AccessToken.objects.create(user=alice, token="secret", scope="write_api", expires=ends)
    worlds.load(EDITED_WORLD)
    lines = session(f"{live_server.url}/api", "secret", home=tmp_path)
    changeset = Changeset.objects.get(user=alice)
    way = Way.objects.exclude(id=1).get()
    new = way.nodes[1]
    assert lines == [
        "version 0.6, 10000 changes",
        "downloaded: r1 r2 w1 n1 n2",
        f"uploaded: changeset {changeset.pk}, node 2, new {new} {way.id}",
        "conflict: node 1, server 2, mine 1",
        "precondition: node 2, way 1",
        "gone: node 3",
        f"closed: changeset {changeset.pk} at {changeset.closed_at:%Y-%m-%dT%H:%M:%SZ}",
    ]
    assert Node.objects.get(id=1).tags == {"name": 'by JOSM <&">'}
    assert way.nodes[0] == 1
    assert (changeset.num_changes, changeset.is_open()) == (3, False)
    assert changeset.tags["comment"] == "by JOSM"
