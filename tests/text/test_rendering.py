"""User texts on our pages."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from apps.text import rendering
from apps.text.rendering import LINK_REL, linkified, markdown, render_markdown
from tests.timing import time_limit

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


def test_links_to_this_site_are_absolute_where_a_text_is_shown_elsewhere() -> None:
    assert '<a href="https://osm.example/way/1" rel="nofollow">' in linkified(
        "way/1", site="https://osm.example"
    )
    assert '<a href="https://a.example"' in linkified("https://a.example", site="https://osm.example")


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("see https://example.org/a*b*c_d_.", "https://example.org/a*b*c_d_"),
        ("**https://example.org/a**", "https://example.org/a"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("www.example.org/a", "https://www.example.org/a"),
        ("bob@example.org", "mailto:bob@example.org"),
        ("osm.org/way/1", "https://osm.org/way/1"),
        ("[https://example.com](https://example.org/a)", "https://example.org/a"),
        ("[www.example.com](https://example.org/a)", "https://example.org/a"),
        ('<a href="https://example.org/a">www.example.com</a>', "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
    ],
)
def test_urls_in_markdown_become_one_link(text: str, href: str) -> None:
    shown = markdown(text)
    assert shown.count("<a ") == 1
    assert f'<a href="{href}" rel="{LINK_REL}">' in shown


@pytest.mark.parametrize(
    "text", ["`https://example.org`", "    https://example.org", "node/1 @bob a=b example.org"]
)
def test_code_and_short_forms_in_markdown_are_no_links(text: str) -> None:
    assert "<a " not in markdown(text)


def test_long_markdown_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    rendered: list[str] = []

    def render(text: str) -> str:
        rendered.append(text)
        return render_markdown(text)

    monkeypatch.setattr(rendering, "render_markdown", render)
    long, short = "**x** " * 1000, "**y**"
    assert markdown(long) == markdown(long) == render_markdown(long)
    assert rendered == [long]
    markdown(short)
    assert rendered == [long, short]
    monkeypatch.setattr(rendering, "_FORMAT", rendering._FORMAT + 1)
    markdown(long)
    assert rendered == [long, short, long]


def nested_list(size: int) -> str:
    lines = (" " * (2 * depth) + "- a\n" for depth in range(size))
    return "".join(lines)[:size]


def growing_backticks(size: int) -> str:
    return "".join("`" * count + "a" for count in range(1, int((2 * size) ** 0.5)))


def wide_table(size: int) -> str:
    columns = size // 6
    return "|".join("x" * columns) + "\n" + "|".join("-" * columns) + "\n" + "a\n" * columns


def many_tables(size: int) -> str:
    table = "|".join("x" * 250) + "\n" + "|".join("-" * 250) + "\n" + "a\n" * 250
    return (table + "\n") * (size // len(table))


SHAPES: dict[str, Callable[[int], str]] = {
    "nested list": nested_list,
    "backticks of growing number": growing_backticks,
    "wide table": wide_table,
    "many tables": many_tables,
    "definitions": lambda size: "".join(f"[a{number}]: b\n" for number in range(size // 10)),
    "definition that goes on": lambda size: '[a]: b "' + "x\n" * (size // 2),
    "nested brackets": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "nested links": lambda size: "[" * (size // 10) + "a" + "](b)" * (size // 10),
    "mixed emphasis": lambda size: "*a " * (size // 6) + "a_ " * (size // 6),
    "strong emphasis": lambda size: "**x " * (size // 8) + "x* " * (size // 8),
    "parentheses": lambda size: "[a](" + "(" * size,
    "long blank": lambda size: "a" + " " * size + "b",
    "many attributes": lambda size: "<a" + " a" * (size // 2),
    "dashes in a comment": lambda size: "x <!-- " + "--" * (size // 2),
}
UNITS = [
    *(
        "://",
        "http://",
        "http://a.b/",
        "a://",
        "mailto:",
        "www.",
        "a.",
        "a@",
        "a@b.",
        "//",
        "http://(",
        "https://[",
    ),
    *(
        "[",
        "[a](",
        "[a](<b",
        "![",
        "![[]()",
        "]",
        "[]",
        "[a]: ",
        "[a]: <",
        "[a]: b\n",
        "\n[a]",
        "[a][",
        "[^a]",
    ),
    *("*", "* ", "*a", "**a*", "a**b", "*a_ ", "_a", "*_**__", "~~a", "~~", "`", "`a", "`a``", "\\", "\\["),
    *("<", "<a", "<a ", '<a b="', "<!--", "<!--a", "<?", "<![CDATA[", "<!A", "</a", "<http:", "<a =", "<a@b"),
    *(
        "<b>",
        "<p>",
        "<div>\n",
        "<td>",
        "<details>",
        "<script>",
        "<pre>\n",
        '<a href="',
        "<table>",
        "<svg><style>",
    ),
    *("|", "a|", "|-", "a|b\n-|-\n", "| a |\n|---|\n", "&", "&amp;", "&#", "&a"),
    *(
        ">",
        "> ",
        "> a\n",
        "> - ",
        "- ",
        "-\n",
        " - a\n",
        "1. ",
        "#",
        "# ",
        "```\n",
        "~~~a\n",
        "\n",
        " ",
        "\ta\n",
    ),
    *(
        "***\n",
        "a\n=\n",
        "a  \n",
        "a\\\n",
        "[\n",
        "a\n: b\n",
        "a \n   ",
        "a\u0301",
        "あ",
        "\0a",
        '"',
        "'",
        "(",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("shape", [*SHAPES, *UNITS])
def test_odd_markdown_is_rendered_in_linear_time(shape: str) -> None:
    # As long as a text may be, and so long that what is quadratic would take minutes.
    text = SHAPES[shape](65_536) if shape in SHAPES else (shape * 65_536)[:65_536]
    with time_limit(shape):
        render_markdown(text)
