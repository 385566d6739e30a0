"""The styles of the map for other sites, and the map in a frame."""

import pytest
from django.conf import settings
from django.test import Client

from apps.instance import styles
from apps.instance.styles import style_folder

NAMES = ("standard", "dark", "grey", "grey-dark", "contrast", "cycling", "transport", "transport-dark")


@pytest.mark.parametrize("name", NAMES)
def test_a_style_is_complete_for_maps_of_any_site(client: Client, name: str) -> None:
    response = client.get(f"/style/{name}.json")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    style = response.json()
    assert style["sources"] == {
        "osm": {"type": "vector", "url": f"{settings.PUBLIC_URL}/tiles/shortbread_v1.json"}
    }
    assert style["sprite"] == f"{settings.PUBLIC_URL}{style_folder()}sprite"
    assert "glyphs" not in style
    assert len(style["layers"]) > 100


@pytest.mark.parametrize("name", ["outlines", "sprite", "none"])
def test_there_are_no_other_styles(client: Client, name: str) -> None:
    assert client.get(f"/style/{name}.json").status_code == 404


def test_names_of_styles_that_do_not_exist_are_not_remembered(client: Client) -> None:
    for number in range(20):
        assert client.get(f"/style/none-{number}.json").status_code == 404
    assert styles._public_style.cache_info().currsize <= len(styles._public_names())


def test_all_files_of_the_map_are_where_pages_look_for_them(client: Client) -> None:
    page = client.get("/export/embed.html").content.decode()
    assert f'data-styles="{style_folder()}"' in page
    assert f'src="{style_folder()}map.js"' in page
    folder = settings.STYLE_DIR / style_folder().split("/")[-2]
    for name in (*("sprite.json", "sprite.png", "sprite@2x.json", "sprite@2x.png"), "worker.js", "shared.js"):
        assert (folder / name).is_file()


def test_without_the_built_styles_pages_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STYLE_DIR", settings.BASE_DIR / "no/such/folder")
    style_folder.cache_clear()
    try:
        assert 'data-styles=""' in client.get("/export/embed.html").content.decode()
    finally:
        style_folder.cache_clear()


def test_any_site_may_frame_the_embedded_map(client: Client) -> None:
    for path in ("/export/embed", "/export/embed.html?bbox=9,47,10,48&layer=mapnik&marker=47.1,9.5"):
        response = client.get(path)
        assert response.status_code == 200
        policy = response["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "script-src" not in policy
        assert "default-src 'self'" in policy
        assert "X-Frame-Options" not in response
    assert "frame-ancestors 'self'" in client.get("/about")["Content-Security-Policy"]
