"""`manage.py create_token`: creates an OAuth 2 access token without a browser."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from apps.instance.commands import InstanceCommand
from apps.oauth.actions import create_token
from apps.oauth.scopes import parse_scopes
from apps.users.querysets import user_named


class Command(InstanceCommand):
    help = _("Creates a user's access token for the command line and prints it.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=_("display name of the user"))
        parser.add_argument("--scopes", required=True, help=_("separated by spaces"))

    def run(self, **options: Any) -> str:
        return create_token(user_named(options["name"]), scopes=parse_scopes(options["scopes"]))
