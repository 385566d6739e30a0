from pathlib import Path

import pytest
from django.core.files.storage import storages


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the files of each test."""
    folder = tmp_path / "traces"
    monkeypatch.setattr(storages["traces"], "_location", str(folder))
    for name in ("base_location", "location"):
        storages["traces"].__dict__.pop(name, None)
    return folder
