"""The style of templates that no linter checks."""

from django.conf import settings

LONGEST_LINE = 160


def test_no_line_of_a_template_is_too_long() -> None:
    long = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long, "\n".join(long)
