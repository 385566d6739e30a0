"""What the tests of instances share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.instance.live import copy_folder, environment, up


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("prepared") / "var"
    with up(environment(data_dir), "--no-celery") as running:
        assert running.stop()[0] == 0
    return data_dir


@pytest.fixture(scope="session")
def new_data_dir(_prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that creates a data folder of a site without data: a copy of one that `up` has made, because
    creating the database takes longer than most of what is tested in it."""

    def create(name: str) -> Path:
        data_dir = tmp_path_factory.mktemp(name) / "var"
        copy_folder(_prepared, data_dir)
        return data_dir

    return create
