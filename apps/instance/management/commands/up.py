"""`manage.py up`: runs the whole instance in the foreground."""

import os
from typing import Any

from django.core.checks import ERROR, run_checks
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from apps.instance.commands import database_unavailable
from apps.instance.processes import InstanceError
from apps.instance.up import Address, run


def port(text: str) -> int:
    """Return the port number. Raises ValueError, which argparse turns into its message."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError
    return number


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Command(BaseCommand):
    help = _("Run everything (databases, web server, background worker) until Ctrl-C.")
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default 127.0.0.1)"))
        parser.add_argument("--port", type=port, default=8000, help=_("port to listen on (default 8000)"))
        parser.add_argument(
            "--workers",
            type=count,
            default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
            help=_("web worker processes (default: the number of cores)"),
        )
        parser.add_argument("--no-celery", action="store_true", help=_("do not start the background worker"))

    def handle(self, *_args: Any, **options: Any) -> None:
        for problem in run_checks():
            if problem.level >= ERROR and not problem.is_silenced():
                raise CommandError(f"{problem.msg}. {problem.hint or ''}".strip())
        try:
            run(
                Address(options["host"], options["port"]),
                workers=options["workers"],
                celery=not options["no_celery"],
            )
        except InstanceError as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            raise database_unavailable(error) from None
