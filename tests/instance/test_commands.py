"""What management commands say when an action refuses."""

from typing import Any

import pytest
from django.core.management import CommandError

from apps.instance.commands import InstanceCommand
from apps.osm.errors import RoleMissingError
from apps.users.models import UserRole


class Refused(InstanceCommand):
    migrates = False

    def run(self, **options: Any) -> str | None:
        raise RoleMissingError("alice", options["role"])


@pytest.mark.parametrize("role", UserRole.Role.values)
def test_a_missing_role_is_one_line_for_the_operator(db: None, role: str) -> None:
    with pytest.raises(CommandError, match=rf"^alice is not an? {role}\.$"):
        Refused().handle(role=role)
