"""Which stories there are."""

from pathlib import Path

from .grammar import ABOUT, Story, read_story

FOLDER = Path(__file__).resolve().parent / "cases"


def names() -> list[str]:
    """`elements/read` and so on, in their order."""
    return sorted(str(path.parent.relative_to(FOLDER)) for path in FOLDER.rglob(ABOUT))


def named(name: str) -> Story:
    """The story of that name. Raises GrammarError."""
    return read_story(FOLDER / name, name)
