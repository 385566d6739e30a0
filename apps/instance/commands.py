"""The base of this project's management commands.

    class Command(InstanceCommand):
        help = "..."

        def run(self, **options) -> str | None:
            ...

`run` works whether or not `up` runs on the same data folder: the embedded servers are there (started for the
time of the command where they were not, shared otherwise) and the schema is migrated. What `run` returns is
printed on standard output; a CommandError, an InstanceError or a ValidationError becomes one line on standard
error and exit status 1.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.instance import services
from apps.instance.processes import InstanceError
from apps.osm.errors import NotActiveError, NotPermittedError, RoleMissingError


class InstanceCommand(BaseCommand):
    """A command that needs the instance's database, and finds it whatever else is running."""

    requires_system_checks: list[str] = []
    migrates = True
    """Whether the schema is brought up to date before `run`."""

    def handle(self, *_args: Any, **options: Any) -> str | None:
        try:
            with instance():
                if self.migrates:
                    migrate()
                return self.run(**options)
        except InstanceError as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except NotPermittedError as error:
            raise CommandError(_denial(error)) from None
        except OperationalError as error:
            raise CommandError(f"the database does not answer: {' '.join(str(error).split())}") from None

    def run(self, **options: Any) -> str | None:
        """Does the work and returns what is to be printed on standard output."""
        raise NotImplementedError


_NOT_IN_ROLE = {
    "moderator": gettext_lazy("{name} is not a moderator."),
    "administrator": gettext_lazy("{name} is not an administrator."),
}


def _denial(error: NotPermittedError) -> str:
    """Return the operator's text for an account that may not do this."""
    if isinstance(error, RoleMissingError):
        return _NOT_IN_ROLE[error.role].format(name=error.name)
    return _("The account is not active.") if isinstance(error, NotActiveError) else str(error)


@contextmanager
def instance() -> Iterator[None]:
    """Holds in use those of the database and Redis that are embedded; does nothing about given addresses."""
    servers = embedded_servers()
    with services.using(settings.DATA_DIR, servers):
        try:
            yield
        finally:
            if "postgres" in servers:
                # An open session would hold up the server's stop.
                connection.close()


def embedded_servers() -> list[str]:
    wanted = {"postgres": settings.DATABASE_IS_EMBEDDED, "redis": settings.REDIS_IS_EMBEDDED}
    return [server for server, is_embedded in wanted.items() if is_embedded]


def pending_migrations() -> list[str]:
    """The names of the migrations that have not been applied yet."""
    if _migrations_in_files() <= MigrationRecorder(connection).applied_migrations().keys():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _migrations_in_files() -> set[tuple[str, str]]:
    """App and name of each migration that could be pending. Reading the names takes a tenth of loading them."""
    return {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in Path(config.path, "migrations").glob("[!_]*.py")
    }


def migrate() -> None:
    """Applies what is pending, one process at a time; what it says goes to standard error."""
    if not pending_migrations():
        return
    with connection.cursor() as cursor:
        # Two commands started at once on a new folder: the second waits, and finds nothing left to do.
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            if pending_migrations():
                call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr, skip_checks=True)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


_MIGRATION_LOCK = 0x6F736D
