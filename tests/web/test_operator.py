"""The operator's own site: its name, who runs it, a logo, and texts that replace ours."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django.fixtures import Settings

from apps.users.models import User
from osmsite import checks
from tests.users.blocking import browser
from tests.users.conftest import Mails, mails  # noqa: F401

pytestmark = pytest.mark.django_db
Write = Callable[[str, str], Path]


@pytest.fixture
def write(settings: Settings, tmp_path: Path) -> Write:
    settings.TEXTS_DIR = tmp_path

    def written(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content)
        return path

    return written


def page(path: str, language: str = "en") -> str:
    response = Client().get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert response.status_code == 200, path
    return response.content.decode()


def test_pages_and_mails_bear_the_name_of_the_site(
    settings: Settings,
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    settings.SITE_NAME, settings.OPERATOR = "Alpine <Map>", "Alice & Bob"
    settings.SUPPORT_EMAIL = "help@example.org"
    about = page("/about")
    assert "<title>About | Alpine &lt;Map&gt;</title>" in about
    assert "Alpine &lt;Map&gt; is run by Alice &amp; Bob." in about
    assert 'href="mailto:help@example.org"' in about
    browser(alice).post(f"/user/{bob.display_name}/follow")
    (mail,) = mails()
    assert mail.subject == "[Alpine <Map>] alice followed you"
    assert "Run by Alice & Bob" in mail.text
    assert "Questions: help@example.org" in mail.text


@pytest.mark.parametrize(
    "path", ["/", "/about", "/privacy", "/terms", "/help", "/login", "/user/new", "/notes"]
)
def test_no_page_claims_to_be_another_site(path: str) -> None:
    text = page(path)
    assert "OpenStreetMap</title>" not in text
    assert "<span>osmsite</span>" in text


def test_the_footer_leads_to_the_texts_of_the_site(settings: Settings) -> None:
    def links() -> list[str]:
        footer = page("/help").partition('<footer class="site-footer">')[2].partition("</footer>")[0]
        return [part.partition('"')[0] for part in footer.split('href="')[1:]]

    assert links() == ["/about", "/copyright", "/terms", "/privacy", "/help", "/help/api"]
    settings.OPERATOR, settings.SUPPORT_EMAIL = "alice", "help@example.org"
    assert {"/imprint", "mailto:help@example.org"} < set(links())
    assert all(page(link) for link in links() if link.startswith("/"))


def test_an_imprint_is_there_once_it_says_something(settings: Settings, write: Write) -> None:
    assert Client().get("/imprint").status_code == 404
    settings.OPERATOR = "alice"
    assert "This site is run by alice." in page("/imprint")
    write("imprint.md", "# Who we are\n\nalice, Main Street 1")
    assert "<title>Who we are | osmsite</title>" in page("/imprint")


@pytest.mark.parametrize("name", ["about", "copyright", "help", "privacy", "terms"])
def test_a_file_replaces_a_text(name: str, write: Write) -> None:
    assert "Our own words" not in page(f"/{name}")
    path = write(f"{name}.md", "Our own words, <script>alert(1)</script> **bold**")
    text = page(f"/{name}")
    assert "<strong>bold</strong>" in text
    assert "<script>alert" not in text
    assert text.count("<h1>") == 1
    path.write_text("Changed, and longer than before: our own words, at once")
    assert "at once" in page(f"/{name}")
    path.unlink()
    assert "Changed" not in page(f"/{name}")


def test_readers_get_the_text_in_their_language(write: Write, alice: User) -> None:
    write("about.md", "# Everybody")
    write("about.de.md", "# Hallo")
    write("about.pt-br.md", "# Oi")
    assert "<h1>Everybody</h1>" in page("/about")
    assert "<h1>Hallo</h1>" in page("/about", "de-CH, en;q=0.5")
    assert "<h1>Oi</h1>" in page("/about", "xx, pt-BR, de")
    assert "<h1>Hallo</h1>" in page("/about/de")
    User.objects.filter(pk=alice.pk).update(languages="../../about,de")
    assert "<h1>Hallo</h1>" in browser(alice).get("/about").content.decode()


def test_a_text_in_another_language_is_better_than_none(write: Write) -> None:
    write("imprint.de.md", "# Impressum")
    assert "<h1>Impressum</h1>" in page("/imprint")
    assert 'href="/imprint"' in page("/help")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("\ufeff# Title\r\n\r\ntext", "Title"),
        ("Title\n=====", "Title"),
        ("First words.\n\n# *The* [title](/x) &amp; more", "The title & more"),
        ("    # code", "About"),
    ],
)
def test_the_first_heading_is_the_title(write: Write, content: str, title: str) -> None:
    write("about.md", content)
    text = page("/about")
    assert f"<title>{escape(title)} | osmsite</title>" in text
    assert text.count("<h1>") == 1


def test_new_users_see_the_operators_terms(write: Write, alice: User) -> None:
    write("terms.md", "You promise to be kind.")
    assert "You promise to be kind." in page("/user/new")
    write("terms.md", "# Our terms\n\nYou promise to be kind.")
    assert "<h3>Our terms</h3>" in page("/user/new")
    assert "You promise to be kind." in browser(alice).get("/account/terms").content.decode()


def test_the_privacy_page_says_which_addresses_are_stored() -> None:
    text = " ".join(page("/privacy").split())
    assert "only administrators can see it. You can delete" in text
    # `User.creation_address` and `NoteComment.author_address`
    assert "you sign up is stored until you delete your account, and administrators can see it." in text
    assert "you write a note without an account is stored, too, and shown to nobody." in text


def test_only_users_are_welcomed(alice: User, write: Write) -> None:
    assert Client().get("/welcome")["Location"] == "/login?referer=%2Fwelcome"
    assert "Welcome to osmsite" in browser(alice).get("/welcome").content.decode()
    write("welcome.md", "# Nice to see you")
    assert "Nice to see you" in browser(alice).get("/welcome").content.decode()


def test_a_text_that_is_no_file_is_passed_over(write: Write, tmp_path: Path) -> None:
    (tmp_path / "about.md").mkdir()
    os.mkfifo(tmp_path / "about.de.md")
    assert "What you can do here" in page("/about")
    write("help.md", "x").write_bytes(b"\xff\xfe\x00 bytes " + b"a" * 1_000_000)
    assert len(page("/help")) < 300_000


def test_a_logo_replaces_ours_and_cannot_run_anything(settings: Settings, tmp_path: Path) -> None:
    assert Client().get("/logo").status_code == 404
    path = tmp_path / "logo.SVG"
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    settings.LOGO = str(path)
    [address] = {part.partition('"')[0] for part in page("/about").split('"/logo?')[1:]}
    response = Client().get(f"/logo?{address}")
    assert (response["Content-Type"], response.content) == ("image/svg+xml", path.read_bytes())
    assert "sandbox" in response["Content-Security-Policy"]
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert f'"/logo?{address}' not in page("/about")


@pytest.mark.parametrize("size", [0, 1_000_001])
def test_a_logo_that_is_empty_or_too_large_is_refused(settings: Settings, tmp_path: Path, size: int) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"a" * size)
    settings.LOGO = str(path)
    assert [message.id for message in checks.operators_site()] == ["osmsite.E010"]
    assert Client().get("/logo").status_code == 404


def test_a_name_may_need_joiners(settings: Settings) -> None:
    settings.SITE_NAME = "\u0646\u0642\u0634\u0647\u200c\u0647\u0627"
    assert checks.operators_site() == []


@pytest.mark.parametrize(
    ("name", "value", "check_id"),
    [
        ("SITE_NAME", "a\nBcc: mallory@example.org", "osmsite.E008"),
        ("SITE_NAME", "a" * 61, "osmsite.E008"),
        ("OPERATOR", "a" * 201, "osmsite.E008"),
        ("SUPPORT_EMAIL", "nobody", "osmsite.E009"),
        ("SUPPORT_EMAIL", "a@example.org\nb@example.org", "osmsite.E009"),
        ("LOGO", "/nowhere/logo.svg", "osmsite.E010"),
        ("LOGO", __file__, "osmsite.E010"),
        ("LOGO", "/", "osmsite.E010"),
        ("SUPPORT_EMAIL", "hilfe@m\u00fcller.example", "osmsite.E009"),
    ],
)
def test_mistakes_stop_the_start(settings: Settings, name: str, value: str, check_id: str) -> None:
    setattr(settings, name, value)
    assert [message.id for message in checks.operators_site()] == [check_id]
