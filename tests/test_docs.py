"""The documentation names everything an operator can set or call, and its links lead somewhere."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])


def settings_read() -> set[str]:
    """The names that settings.py reads from the environment."""
    tree = ast.parse((PROJECT / "osmsite" / "settings.py").read_text())
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if re.fullmatch(r"OSMSITE_[A-Z_]+|DATABASE_URL|REDIS_URL", text)}


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).startswith("apps."))


def test_every_setting_has_its_row() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(settings_read())


def test_every_command_has_its_heading() -> None:
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    assert "up" in own_commands()
    assert [name for name in own_commands() if not re.search(rf"^#+ .*`{name}`", text, re.MULTILINE)] == []


def test_every_target_of_make_has_its_comment() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    assert [target for target in targets if not re.search(rf"^# .+\n{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
