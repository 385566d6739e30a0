"""The script makes everybody whom the cases speak of."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from apps.users.models import User
from apps.users.permissions import has_role
from conformance import files, people

PERSON = re.compile(r"^as ([a-z]+)$|\{\{([a-z]+)\.(?:id|name|token)\}\}", re.MULTILINE)


def test_the_script_makes_everybody(
    values_of_persons: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(settings.BASE_DIR, "scripts", "people.py")
    runpy.run_path(str(script), run_name="__main__")
    values = people.flat(tomllib.loads(capsys.readouterr().out))
    assert values.keys() == values_of_persons.keys()
    moderator = User.objects.get(pk=values["moderator.id"])
    assert (moderator.display_name, has_role(moderator, "moderator")) == (values["moderator.name"], True)
    assert not User.objects.get(pk=values["private.id"]).data_public


def test_the_cases_speak_of_nobody_else(values_of_persons: dict[str, str]) -> None:
    text = "\n".join(path.read_text() for path in files.FOLDER.rglob("*.case"))
    named = {person or owner for person, owner in PERSON.findall(text)}
    assert named
    # `as {{who}}` names its persons in a table.
    assert named <= {name.partition(".")[0] for name in values_of_persons}
