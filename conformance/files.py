"""The stories in `conformance/cases`."""

from pathlib import Path

from .grammar import ABOUT, Story, read_story

FOLDER = Path(__file__).resolve().parent / "cases"


def names() -> list[str]:
    """Return the names of all stories, such as `elements/read`, in order."""
    return sorted(str(path.parent.relative_to(FOLDER)) for path in FOLDER.rglob(ABOUT))


def named(name: str) -> Story:
    """Read the story of that name. Raises GrammarError."""
    return read_story(FOLDER / name, name)
