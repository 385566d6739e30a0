"""`manage.py import_osm`: loads OSM files into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import Error as ServerError

from apps.instance.commands import InstanceCommand
from apps.planet.errors import ImportFailedError
from apps.planet.importer import Summary, import_file
from apps.planet.progress import Progress


class Command(InstanceCommand):
    help = str(
        gettext_lazy(
            "Load OSM files (.osm, .osh, .osc, also .gz and .bz2, .osm.pbf, .osh.pbf, .opl) with ids, versions, "
            "times, users and changesets. All or nothing per file; a file that was imported before is skipped."
        )
    )

    # None of the checks concerns the import, and they take as long as importing a village.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def run(self, **options: Any) -> None:
        for path in options["files"]:
            progress = Progress(self.stderr, path.name)
            try:
                summary = import_file(path, progress)
            except (ImportFailedError, DatabaseError, ServerError) as error:
                progress.done()
                raise CommandError(f"{path}: {_one_line(error)}") from None
            except KeyboardInterrupt:
                progress.done()
                raise CommandError(_("%s: interrupted; nothing was changed") % path) from None
            progress.done()
            for remark in summary.remarks:
                self.stderr.write(f"{path.name}: {remark}")
            self.stdout.write(_describe(summary))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _describe(summary: Summary) -> str:
    if summary.repeated:
        return _("%s: imported before, nothing to do") % summary.name
    values = {
        "name": summary.name,
        "nodes": f"{summary.nodes:,}",
        "ways": f"{summary.ways:,}",
        "relations": f"{summary.relations:,}",
        "changesets": f"{summary.changesets:,}",
        "new": f"{summary.new_versions:,}",
        "seconds": f"{summary.seconds:.1f}",
        "rate": f"{summary.elements / max(summary.seconds, 0.001):,.0f}",
    }
    return _(
        "%(name)s: %(nodes)s nodes, %(ways)s ways, %(relations)s relations, %(changesets)s changesets read; "
    ) % values + (
        _("%(new)s new versions in %(seconds)s s (%(rate)s elements per second)") % values
        if summary.changed
        else _("nothing new in them")
    )
