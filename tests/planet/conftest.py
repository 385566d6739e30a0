from typing import Any

import pytest

from apps.planet import importer
from apps.planet.columns import read_ordinary


@pytest.fixture
def fast_reads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that gets, for each attempt at a fast read, whether it was completed."""
    attempts: list[bool] = []

    def read(*arguments: Any) -> None:
        attempts.append(False)
        read_ordinary(*arguments)
        attempts[-1] = True

    monkeypatch.setattr(importer, "read_ordinary", read)
    return attempts
