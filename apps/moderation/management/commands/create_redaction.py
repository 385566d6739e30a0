"""`manage.py create_redaction`: creates a redaction, the reason for which old versions are hidden."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from apps.instance.commands import InstanceCommand
from apps.moderation.actions import create_redaction
from apps.users.querysets import user_named


class Command(InstanceCommand):
    help = _("Creates a redaction and prints its id.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("title")
        parser.add_argument("--by", required=True, help=_("the moderator who creates it"))
        parser.add_argument("--description", default="", help=_("in Markdown"))

    def run(self, **options: Any) -> str:
        redaction = create_redaction(
            user_named(options["by"]), title=options["title"], description=options["description"]
        )
        return str(redaction.pk)
