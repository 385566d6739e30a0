"""The script creates all personas that the cases use."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from apps.users.models import User
from apps.users.permissions import has_role
from conformance import files, people

PERSONA = re.compile(r"^as ([a-z]+)$|\{\{([a-z]+)\.(?:id|name|token)\}\}", re.MULTILINE)


def test_the_script_creates_all_personas(
    persona_values: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(settings.BASE_DIR, "scripts", "people.py")
    runpy.run_path(str(script), run_name="__main__")
    values = people.flat(tomllib.loads(capsys.readouterr().out))
    assert values.keys() == persona_values.keys()
    moderator = User.objects.get(pk=values["moderator.id"])
    assert (moderator.display_name, has_role(moderator, "moderator")) == (values["moderator.name"], True)
    assert not User.objects.get(pk=values["private.id"]).data_public


def test_the_cases_use_no_other_personas(persona_values: dict[str, str]) -> None:
    text = "\n".join(path.read_text() for path in files.FOLDER.rglob("*.case"))
    named = {persona or owner for persona, owner in PERSONA.findall(text)}
    assert named
    # `as {{who}}` takes its personas from a table.
    assert named <= {name.partition(".")[0] for name in persona_values}
