"""The base class of this project's management commands.

    class Command(InstanceCommand):
        help = "..."

        def run(self, **options) -> str | None:
            ...

Commands work whether or not `up` is running on the same data folder: they share its embedded servers, or start their
own until they end, and migrate the schema first. What `run` returns is printed on standard output; a CommandError, an
InstanceError or a ValidationError becomes one line on standard error and exit status 1.
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

from apps.osm.errors import NotActiveError, NotPermittedError, RoleMissingError

from . import services
from .processes import InstanceError


class InstanceCommand(BaseCommand):
    """A command that needs the instance's database."""

    requires_system_checks: list[str] = []
    migrates = True
    """Whether to migrate the schema before `run`."""

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
            raise database_unavailable(error) from None

    def run(self, **options: Any) -> str | None:
        """Do the work and return the text for standard output."""
        raise NotImplementedError


def database_unavailable(error: OperationalError) -> CommandError:
    """Return the error for the operator, on one line."""
    return CommandError(f"the database is not available: {' '.join(str(error).split())}")


_NOT_IN_ROLE = {
    "moderator": gettext_lazy("{name} is not a moderator."),
    "administrator": gettext_lazy("{name} is not an administrator."),
    "importer": gettext_lazy("{name} is not an importer."),
}


def _denial(error: NotPermittedError) -> str:
    """Return the operator's text for an account that may not do this."""
    if isinstance(error, RoleMissingError):
        return _NOT_IN_ROLE[error.role].format(name=error.name)
    return _("The account is not active.") if isinstance(error, NotActiveError) else str(error)


@contextmanager
def instance() -> Iterator[None]:
    """Keep the embedded servers running inside the context; servers given by URL need nothing."""
    servers = embedded_servers()
    with services.using(settings.DATA_DIR, servers):
        try:
            yield
        finally:
            if "postgres" in servers:
                # An open session would delay the server's shutdown.
                connection.close()


def embedded_servers() -> list[str]:
    wanted = {"postgres": settings.DATABASE_IS_EMBEDDED, "redis": settings.REDIS_IS_EMBEDDED}
    return [server for server, is_embedded in wanted.items() if is_embedded]


def pending_migrations() -> list[str]:
    """Return the names of the migrations that have not been applied yet."""
    if _migrations_in_files() <= MigrationRecorder(connection).applied_migrations().keys():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _migrations_in_files() -> set[tuple[str, str]]:
    """Return app and name of each migration. Listing the files takes a tenth of the time of loading them."""
    return {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in Path(config.path, "migrations").glob("[!_]*.py")
    }


def migrate() -> None:
    """Apply pending migrations, one process at a time; their output goes to standard error."""
    if not pending_migrations():
        return
    with connection.cursor() as cursor:
        # Of two commands started at once on a new folder, the second one waits, and then has nothing left to do.
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            if pending_migrations():
                call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr, skip_checks=True)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


_MIGRATION_LOCK = 0x6F736D
