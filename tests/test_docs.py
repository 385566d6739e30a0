"""The documentation covers everything an operator can set or run, and what cites or links to it finds it."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

PROJECT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
SPECIFICATION = PROJECT / "docs" / "upstream-behaviour.md"

READ_BY_DJANGO = {
    "DATABASES",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "SECURE_HSTS_SECONDS",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "SECRET_KEY",
    "STORAGES",
}
"""Settings from the environment that no code of ours has to mention."""
READ_BY_SETTINGS = {"API_TIMEOUT"}
"""Settings that are part of other settings: the statement timeout of `DATABASES`."""

SECTIONS = re.compile(
    r"""upstream\ behaviour\s
        (\d+(?:\.\d+)+                                # 1.15.3
        (?:(?:,\ and|,|\ and|\ to)\s                  # "1.15.3, 1.15.7", "1.11.5 to 1.12"
           (?:\d+(?:\.\d+)+|steps?\ \d+(?:\ to\ \d+)?))*)   # "1.2, step 6", "1.2, steps 6 to 8"
    """,
    re.VERBOSE,
)


def settings_source() -> ast.Module:
    return ast.parse((PROJECT / "osmsite" / "settings.py").read_text())


def environment_names(node: ast.AST) -> set[str]:
    """Return the names of environment variables that the code reads."""
    texts = {
        inner.value
        for inner in ast.walk(node)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    }
    return {text for text in texts if re.fullmatch(r"OSMSITE_[A-Z_]+|DATABASE_URL|REDIS_URL", text)}


def settings_from_the_environment() -> set[str]:
    return {
        target.id
        for node in ast.walk(settings_source())
        if isinstance(node, ast.Assign) and environment_names(node)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def own_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).startswith("apps."))


def cited_sections(text: str) -> set[str]:
    """Return the numbers of the sections that a text cites as "upstream behaviour 1.15.3, 1.15.7"."""
    # A citation may go on in the next line, of a docstring or of a comment.
    flowing = re.sub(r"\s*\n[\s#]*", " ", text)
    return {
        number for citation in SECTIONS.findall(flowing) for number in re.findall(r"\d+(?:\.\d+)+", citation)
    }


def citing_files() -> list[Path]:
    folders = ("apps", "bench", "conformance", "docs", "osmsite", "scripts", "static", "templates", "tests")
    suffixes = {".py", ".md", ".txt", ".case", ".html", ".sql", ".js", ".mjs", ".css"}
    return [
        *PROJECT.glob("*.md"),
        *[path for folder in folders for path in (PROJECT / folder).rglob("*") if path.suffix in suffixes],
    ]


def test_every_setting_is_documented() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (PROJECT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(environment_names(settings_source()))


def test_the_documented_limits_are_those_that_must_be_above_zero() -> None:
    [section] = re.findall(
        r"^## Limits$(.*?)(?=^## |\Z)",
        (PROJECT / "docs" / "settings.md").read_text(),
        re.MULTILINE | re.DOTALL,
    )
    rows = re.findall(r"^\| `OSMSITE_([A-Z_]+)` \|", section, re.MULTILINE)
    assert sorted(rows) == sorted(settings.LIMITS)


def test_every_setting_from_the_environment_is_used() -> None:
    sources = [*PROJECT.glob("apps/**/*.py"), *PROJECT.glob("osmsite/*.py")]
    wiring = {PROJECT / "osmsite" / "settings.py", PROJECT / "osmsite" / "checks.py"}
    code = "\n".join(source.read_text() for source in sources if source not in wiring)
    used = set(re.findall(r"\bsettings\.([A-Z_]+)", code)) | READ_BY_DJANGO | READ_BY_SETTINGS
    assert settings_from_the_environment() - used == set()


def test_every_command_is_documented() -> None:
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    assert "up" in own_commands()
    assert [name for name in own_commands() if not re.search(rf"^#+ .*`{name}`", text, re.MULTILINE)] == []


def test_every_make_target_is_documented() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    assert [target for target in targets if not re.search(rf"^# .+\n{target}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_between_documents_are_not_broken(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_documents_that_the_code_cites_exist() -> None:
    cited = {
        (str(path.relative_to(PROJECT)), document)
        for path in citing_files()
        for document in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text())
    }
    assert cited
    assert sorted((path, document) for path, document in cited if not (PROJECT / document).exists()) == []


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("(upstream behaviour 1.15.3, 1.15.7)", {"1.15.3", "1.15.7"}),
        ("upstream behaviour 1.2, step 5, and 1.5.5.", {"1.2", "1.5.5"}),
        ("upstream behaviour 1.2, steps 6 to 8, and 1.5.", {"1.2", "1.5"}),
        ("upstream behaviour 1.11.5 to 1.12, the API page", {"1.11.5", "1.12"}),
        ("roles and states (upstream behaviour 2.12 and 3.3).", {"2.12", "3.3"}),
        ("upstream\n    behaviour 1.22; the API page, 0.6", {"1.22"}),
        ("# as upstream behaviour 1.2,\n# step 6 has it", {"1.2"}),
    ],
)
def test_citations_are_understood(text: str, sections: set[str]) -> None:
    assert cited_sections(text) == sections


def test_every_cited_section_is_in_the_specification() -> None:
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+)+) ", SPECIFICATION.read_text(), re.MULTILINE))
    cited = {
        (str(path.relative_to(PROJECT)), section)
        for path in citing_files()
        for section in cited_sections(path.read_text())
        if path != Path(__file__)
    }
    assert len(cited) > 50
    assert sorted((path, section) for path, section in cited if section not in headings) == []
