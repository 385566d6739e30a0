"""`manage.py create_application`: registers an OAuth 2 application."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from apps.instance.commands import InstanceCommand
from apps.oauth.actions import create_application
from apps.oauth.scopes import parse_scopes
from apps.users.querysets import user_named


class Command(InstanceCommand):
    help = _("Registers an application and prints its client id and, unless it is public, its secret.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=_("the name that users see when it asks for permission"))
        parser.add_argument("--owner", required=True, help=_("display name of the owner"))
        parser.add_argument("--redirect-uri", required=True)
        parser.add_argument("--scopes", required=True, help=_("separated by spaces"))
        parser.add_argument(
            "--public", action="store_true", help=_("cannot keep a secret (runs on its users' devices)")
        )

    def run(self, **options: Any) -> str:
        application, secret = create_application(
            user_named(options["owner"]),
            name=options["name"],
            redirect_uris=[options["redirect_uri"]],
            scopes=parse_scopes(options["scopes"]),
            confidential=not options["public"],
            by_operator=True,
        )
        return f"{application.client_id}\n{secret}".strip()
