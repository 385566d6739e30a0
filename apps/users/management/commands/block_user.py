"""`manage.py block_user`: blocks a user from the API."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from apps.instance.commands import InstanceCommand
from apps.users.blocks import block_user
from apps.users.querysets import user_named


class Command(InstanceCommand):
    help = _("Blocks a user and prints the block's id.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=_("the user to block"))
        parser.add_argument("--by", required=True, help=_("the moderator who blocks the user"))
        parser.add_argument("--reason", required=True)
        parser.add_argument("--hours", type=int, help=_("the period (default 24; 0 with --needs-view)"))
        parser.add_argument("--needs-view", action="store_true", help=_("until the user has read the reason"))

    def run(self, **options: Any) -> str:
        hours = options["hours"]
        if hours is None:
            hours = 0 if options["needs_view"] else 24
        block = block_user(
            user_named(options["by"]),
            user=user_named(options["name"]),
            reason=options["reason"],
            hours=hours,
            needs_view=options["needs_view"],
        )
        return str(block.pk)
