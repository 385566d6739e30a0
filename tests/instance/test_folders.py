"""The data folder and what is in it belong to the instance's account alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from apps.instance import processes
from apps.instance.folders import make_private
from tests.instance.live import environment, manage


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Start with the usual mask, and restore the one of the suite."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_new_data_folder_and_everything_written_later_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    make_private(folder)
    (folder / "log").mkdir()
    (folder / "log" / "postgres.log").write_text("")
    assert [mode(path) for path in (folder, folder / "log", folder / "log" / "postgres.log")] == [
        0o700,
        0o700,
        0o600,
    ]


def test_an_existing_data_folder_is_tightened(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "traces" / "files").mkdir(parents=True)
    (folder / "celerybeat-schedule").write_text("")
    (folder / "secret_key").write_text("")
    (folder / "link").symlink_to(tmp_path)
    before = mode(tmp_path)
    assert mode(folder) == 0o755
    make_private(folder)
    assert mode(folder) == mode(folder / "traces") == 0o700
    assert mode(folder / "celerybeat-schedule") == mode(folder / "secret_key") == 0o600
    assert mode(tmp_path) == before


def test_a_folder_that_everyone_shares_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    make_private(tmp_path)
    assert mode(tmp_path) == 0o1777


def test_servers_that_need_to_pass_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "servers_pass_private_folders", lambda: False)
    tmp_path.chmod(0o755)
    make_private(tmp_path)
    assert mode(tmp_path) == 0o711


def test_the_files_of_traces_are_private(tmp_path: Path) -> None:
    configured: Any = settings.STORAGES["traces"]
    options = configured["OPTIONS"] | {"location": tmp_path / "traces"}
    storage = FileSystemStorage(**options)
    storage.save("files/1.gpx", ContentFile(b"<gpx/>"))
    assert mode(tmp_path / "traces" / "files") == 0o700
    assert mode(tmp_path / "traces" / "files" / "1.gpx") == 0o600


@pytest.mark.slow
def test_a_command_leaves_nothing_that_others_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    env = environment(folder)
    result = manage(env, "create_user", "alice", "--email", "alice@example.org", "--password", "secret")
    assert result.returncode == 0, result.stderr
    assert mode(folder) == 0o700
    assert {path.name for path in folder.iterdir() if mode(path) & 0o077} == set()
