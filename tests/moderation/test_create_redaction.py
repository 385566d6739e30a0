"""`manage.py create_redaction`."""

import pytest
from django.core.management import CommandError, call_command

from apps.moderation.models import Redaction
from apps.users.models import User

pytestmark = pytest.mark.django_db


def test_it_prints_the_id(capsys: pytest.CaptureFixture[str], moderator: User) -> None:
    call_command("create_redaction", "Copied", "--by", "moderator", "--description", "From a *map*")
    redaction = Redaction.objects.get(pk=int(capsys.readouterr().out))
    assert (redaction.title, redaction.description, redaction.user) == ("Copied", "From a *map*", moderator)


def test_the_description_is_optional(moderator: User) -> None:
    call_command("create_redaction", "Copied", "--by", "moderator")
    assert Redaction.objects.get().description == ""


def test_only_moderators_can_create_redactions(alice: User) -> None:
    with pytest.raises(CommandError, match="alice is not a moderator"):
        call_command("create_redaction", "Copied", "--by", "alice")


@pytest.mark.parametrize("title", ["", " ", "x" * 256])
def test_it_rejects_an_empty_or_too_long_title(moderator: User, title: str) -> None:
    with pytest.raises(CommandError, match="must not be"):
        call_command("create_redaction", title, "--by", "moderator")
