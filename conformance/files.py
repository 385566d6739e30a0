"""Which case files there are."""

from pathlib import Path

from .grammar import CaseFile, read_file

FOLDER = Path(__file__).resolve().parent / "cases"


def names() -> list[str]:
    """`elements/read` and so on, in their order."""
    return sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.case"))


def named(name: str) -> CaseFile:
    """The file of that name. Raises GrammarError."""
    return read_file((FOLDER / name).with_suffix(".case"), name)
