"""User texts on our pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from apps.text.rendering import LINK_REL, linkified, markdown

HARMFUL = {"script", "iframe", "form", "button", "svg", "use", "style", "object"}


def elements(rendered: str) -> list[html.HtmlElement]:
    return [] if not rendered.strip() else list(html.fragment_fromstring(rendered, create_parent=True))


def test_markdown_links_are_nofollow() -> None:
    shown = markdown("# I map\n\n*paths* and [benches](https://example.org/b), https://example.org/c")
    assert "<h1>I map</h1>" in shown
    assert "<em>paths</em>" in shown
    assert f'<a href="https://example.org/b" rel="{LINK_REL}">benches</a>' in shown
    assert f'<a href="https://example.org/c" rel="{LINK_REL}">https://example.org/c</a>' in shown


def test_tables_are_supported_and_images_load_lazily() -> None:
    shown = markdown("| a | b |\n|---|---|\n| 1 | 2 |\n\n![a bench](https://example.org/b.png)")
    assert "<table>" in shown
    assert 'loading="lazy"' in shown
    assert 'alt="a bench"' in shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        '<a href="java&#x73;cript:alert(1)">a</a>',
        "<iframe src=//example.org></iframe>",
        '<p style="position:fixed">x</p>',
        '<form action="/logout"><button>x</button></form>',
        '<svg><use href="data:image/svg+xml,x"/></svg>',
        "<p class='message' id='content'>x</p>",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_scripts_and_layout_are_removed_from_markdown(hostile: str) -> None:
    shown = markdown(hostile).lower()
    for element in elements(shown):
        for part in element.iter():
            assert part.tag not in HARMFUL
            assert not {"style", "class", "id", "onerror"} & set(part.attrib)
            assert not any(
                part.get(name, "").startswith(("javascript", "data", "//")) for name in ("href", "src")
            )


@given(st.text())
def test_plain_text_is_shown_as_it_was_written(text: str) -> None:
    shown = html.fragment_fromstring(linkified(text.replace("\x00", "")), create_parent=True)
    assert {part.tag for part in shown.iter()} <= {"div", "p", "br", "a"}
    assert "".join(shown.text_content().split()) == "".join(text.replace("\x00", "").split())


def test_urls_and_short_forms_in_plain_text_become_links() -> None:
    shown = linkified("see https://example.org/?a=1&b=2, node/12 and way 7\n\nthanks\nbob")
    assert f'<a href="https://example.org/?a=1&amp;b=2" rel="{LINK_REL}">' in shown
    assert '<a href="/node/12" rel="nofollow">node/12</a>' in shown
    assert '<a href="/way/7" rel="nofollow">way 7</a>' in shown
    assert shown.endswith("<p>thanks<br>bob</p>")


def test_plain_text_is_escaped() -> None:
    assert (
        linkified("<b>a</b> & javascript:alert(1)") == "<p>&lt;b&gt;a&lt;/b&gt; &amp; javascript:alert(1)</p>"
    )
