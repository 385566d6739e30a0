from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _files(trace_files: Path) -> None:
    """Give each test a folder of its own for files."""
