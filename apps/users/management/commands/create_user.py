"""`manage.py create_user`: creates an account."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.instance.commands import InstanceCommand
from apps.users.actions import TERMS, create_user
from apps.users.models import User, UserRole


def iso_time(text: str) -> datetime:
    """Return a time in ISO 8601, in UTC unless it names a zone. Raises ValueError, as argparse expects."""
    found = parse_datetime(text) or datetime.fromisoformat(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(InstanceCommand):
    help = _("Creates an account and prints its id.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=_("display name"))
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)
        parser.add_argument("--role", action="append", default=[], choices=UserRole.Role.values)
        parser.add_argument("--terms", default="agreed", choices=list(TERMS))
        parser.add_argument("--status", default=User.Status.ACTIVE, choices=User.Status.values)
        parser.add_argument("--created", type=iso_time, help=_("when the account was created (ISO 8601)"))
        parser.add_argument("--no-public-edits", action="store_true")

    def run(self, **options: Any) -> str:
        user = create_user(
            options["name"],
            email=options["email"],
            password=options["password"],
            roles=options["role"],
            terms=TERMS[options["terms"]],
            status=options["status"],
            created_at=options["created"],
            data_public=not options["no_public_edits"],
        )
        return str(user.pk)
