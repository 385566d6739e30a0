from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _files(trace_files: Path) -> None:
    """No test sees the files of another."""
