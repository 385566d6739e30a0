"""Where links in texts begin and end, and what they lead to."""

import pytest

from apps.text.links import WIKI, Link, all_links, urls, urls_and_addresses


def found(text: str) -> list[tuple[str, str]]:
    return [(text[link.start : link.end], link.href) for link in all_links(text)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see https://example.org/?a=1&b=2, please", "https://example.org/?a=1&b=2"),
        ("(https://example.org/a)", "https://example.org/a"),
        ('"https://example.org/a"', "https://example.org/a"),
        ("'https://example.org/a' and 'b'", "https://example.org/a"),
        ("„https://example.org/a“", "https://example.org/a"),
        ("«https://example.org/a»", "https://example.org/a"),
        ("[https://example.org/a]", "https://example.org/a"),
        ("[here](https://example.org/a)", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("{https://example.org/a}", "https://example.org/a"),
        ("**https://example.org/a**", "https://example.org/a"),
        ("https://example.org/a_", "https://example.org/a_"),
        ("https://example.org/a...", "https://example.org/a"),
        ("Is it https://example.org/a?", "https://example.org/a"),
        ("https://example.org/it's", "https://example.org/it's"),
        ("https://en.wikipedia.org/wiki/Foo_(bar_(baz))", "https://en.wikipedia.org/wiki/Foo_(bar_(baz))"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar))", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("https://example.org/a;jsessionid=1?b=2;c", "https://example.org/a;jsessionid=1?b=2;c"),
        (
            "https://web.archive.org/web/2020/https://example.org/",
            "https://web.archive.org/web/2020/https://example.org/",
        ),
        ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
        ("参照https://example.org/a。次", "https://example.org/a"),
        ("HTTPS://EXAMPLE.ORG/A", "HTTPS://EXAMPLE.ORG/A"),
        ("mailto:bob@example.org.", "mailto:bob@example.org"),
    ],
)
def test_a_url_ends_before_the_punctuation_around_it(text: str, url: str) -> None:
    assert found(text) == [(url, url)]


def test_a_comma_or_semicolon_before_another_url_ends_a_url() -> None:
    expected = ["https://a.example", "https://b.example", "http://c.example/d"]
    text = "https://a.example;https://b.example,http://c.example/d"
    assert [href for _, href in found(text)] == expected


def test_known_hosts_need_no_scheme() -> None:
    for written in (
        "osm.org/way/5",
        "www.openstreetmap.org/node/1#map=1/2/3",
        "osm.wiki/Key:foo",
        "www.example.org",
    ):
        assert found(f"see {written}.") == [(written, f"https://{written}")]
    assert found("example.org, file.txt, a.b@example.org") == []


@pytest.mark.parametrize(
    ("written", "path"),
    [
        *(
            ("node/1", "/node/1"),
            ("way 5", "/way/5"),
            ("relation #7", "/relation/7"),
            ("Way 12345", "/way/12345"),
        ),
        *(("n1", "/node/1"), ("w2", "/way/2"), ("r3", "/relation/3"), ("N12345", "/node/12345")),
        *(("changeset/1", "/changeset/1"), ("changeset 1", "/changeset/1"), ("cs 1", "/changeset/1")),
        *(
            ("cs1", "/changeset/1"),
            ("CS12345", "/changeset/12345"),
            ("note 1", "/note/1"),
            ("note/5", "/note/5"),
        ),
        *(
            ("node/1/history", "/node/1/history"),
            ("way/5/history/2", "/way/5/history/2"),
            ("w5v2", "/way/5/history/2"),
        ),
        *(("@alice", "/user/alice"), ("user/alice", "/user/alice"), ("@Zoë_1", "/user/Zo%C3%AB_1")),
        ("oneway=-1", f"{WIKI}Tag:oneway=-1"),
        *(("highway=path", f"{WIKI}Tag:highway=path"), ("building=*", f"{WIKI}Key:building")),
        *(("addr:city=Vaduz", f"{WIKI}Tag:addr:city=Vaduz"), ("map=b_(2007)", f"{WIKI}Tag:map=b_(2007)")),
    ],
)
def test_short_forms_are_links(written: str, path: str) -> None:
    for before, after in (("", ""), ("see ", "."), ("(", ")"), ("a, ", ", b"), ("'", "'"), ("", ": done")):
        assert found(before + written + after) == [(written, path)]


@pytest.mark.parametrize(
    "text",
    [
        "We thought there was no way 2020 could be worse than 2019. Please note 2025 is a square year.",
        "Wycofane w 12345",
        "N1, R2 and W3C",
        "an1 n1x x/n1 node/0 /n1 nodes/1",
        "bob@example.org, @bob@osm.town and @",
        "a==b, a!=b, 1=2, =b and inscription=🙂",
        "http:// and https://. and ://",
    ],
)
def test_other_words_are_no_links(text: str) -> None:
    assert found(text) == []


def test_markdown_has_addresses_but_no_short_forms() -> None:
    text = "n1, way/2, @bob, a=b, bob@example.org and www.example.org"
    hrefs = [link.href for link in urls_and_addresses(text)]
    assert hrefs == ["mailto:bob@example.org", "https://www.example.org"]


def test_tags_have_urls_only() -> None:
    assert list(urls("n1 @bob a=b bob@example.org http://a.example")) == [Link(28, 44, "http://a.example")]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            " ",
            "1",
            "1.",
            ".",
            "(",
            "[",
            "a",
            "a.",
            "a-",
            "a@",
            "a@b.",
            "a=",
            "a=b",
            "a=b(",
            "@",
            "@a",
            "@a@",
            "/",
        ),
        *(
            "://",
            "http://",
            "http://a",
            "http://a(",
            "http://a)",
            "http://a[",
            "http://a((x)",
            "http://a(b(c)",
        ),
        *(
            "'http://a",
            "http://a;",
            ";http:",
            "www.",
            "osm.org/",
            "mailto:",
            "node/",
            "node/1",
            "n1",
            "n1 ",
            "cs ",
        ),
        *("user/", "w1v", "\u0301", "a\u0301", "\0", "あ"),
    ],
)
def test_long_texts_are_read_in_linear_time(unit: str) -> None:
    # So long that a quadratic pattern would not finish.
    text = (unit * 300_000)[:300_000]
    for find in (urls, urls_and_addresses, all_links):
        for link in find(text):
            assert link.start < link.end
