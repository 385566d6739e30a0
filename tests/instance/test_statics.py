"""Collecting and serving static files."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.instance.statics import collect

# Closing a response also closes database connections, if there are any.
pytestmark = pytest.mark.django_db

PACKAGE = "vendor/npm/@example/package@1.0/dist"


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    """Collect a style sheet of ours and a versioned package into an empty folder."""
    ours, package = tmp_path / "ours", tmp_path / "package"
    for path in ("translations/de.json", "translations/de.min.json", "iD.min.js.map", "iD.js", "iD.min.js"):
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(f'"{path * 200}"')
    ours.mkdir()
    (ours / "style.css").write_text("b { color: red }")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [ours, (PACKAGE, package)]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "apps.instance.storage.StaticStorage"},
    }
    assert collect()
    return tmp_path / "static"


def test_static_files_are_collected_again_only_after_a_change(collected: Path) -> None:
    assert not collect()
    (collected.parent / "ours" / "style.css").write_text("b { color: green }")
    assert collect()


def headers_of(path: str) -> dict[str, str]:
    response = Client().get(f"/static/{path}", HTTP_ACCEPT_ENCODING="gzip")
    response.close()
    assert response.status_code == 200
    return dict(response.items())


def test_a_package_keeps_its_names_and_is_cached_forever(collected: Path) -> None:
    headers = headers_of(f"{PACKAGE}/iD.min.js")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Encoding"] == "gzip"
    (ours,) = collected.glob("style.*.css")
    assert "immutable" in headers_of(ours.name)["Cache-Control"]
    assert "immutable" not in headers_of("style.css")["Cache-Control"]


def test_files_that_only_developers_need_are_not_collected(collected: Path) -> None:
    found = {str(path.relative_to(collected / PACKAGE)) for path in (collected / PACKAGE).rglob("*.*")}
    assert found == {"iD.min.js", "iD.min.js.gz", "translations/de.min.json", "translations/de.min.json.gz"}
