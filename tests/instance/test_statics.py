"""How static files come to the web server."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.instance.statics import collect

# Who closes an answer looks after the connections to the database, too, where there are any.
pytestmark = pytest.mark.django_db

PACKAGE = "vendor/npm/@example/package@1.0/dist"


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    """A style of ours and a package with a version, gathered into an empty folder."""
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


def test_nothing_is_gathered_again_before_something_has_changed(collected: Path) -> None:
    assert not collect()
    (collected.parent / "ours" / "style.css").write_text("b { color: green }")
    assert collect()


def headers_of(path: str) -> dict[str, str]:
    response = Client().get(f"/static/{path}", HTTP_ACCEPT_ENCODING="gzip")
    response.close()
    assert response.status_code == 200
    return dict(response.items())


def test_a_package_keeps_its_names_and_browsers_keep_it_for_good(collected: Path) -> None:
    headers = headers_of(f"{PACKAGE}/iD.min.js")
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Encoding"] == "gzip"
    (ours,) = collected.glob("style.*.css")
    assert "immutable" in headers_of(ours.name)["Cache-Control"]
    assert "immutable" not in headers_of("style.css")["Cache-Control"]


def test_what_only_developers_need_stays_away(collected: Path) -> None:
    found = {str(path.relative_to(collected / PACKAGE)) for path in (collected / PACKAGE).rglob("*.*")}
    assert found == {"iD.min.js", "iD.min.js.gz", "translations/de.min.json", "translations/de.min.json.gz"}
