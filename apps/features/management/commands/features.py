"""`manage.py features`: what the map and the search are made from."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.features.querysets import status
from apps.features.rebuild import rebuild
from apps.instance.commands import InstanceCommand


class Command(InstanceCommand):
    help = str(
        gettext_lazy(
            "Show how far the features, from which map and search are made, follow the elements; or make them anew."
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["rebuild", "status"])

    def run(self, **options: Any) -> str:
        return self._rebuild() if options["action"] == "rebuild" else self._status()

    def _rebuild(self) -> str:
        def report(step: str, count: int) -> None:
            self.stderr.write(_("%(step)s: %(count)s features") % {"step": step, "count": f"{count:,}"})

        return _("%s features") % f"{rebuild(report):,}"

    def _status(self) -> str:
        found = status()
        return _("%(count)s features; %(waiting)s edits or imports are waiting") % {
            "count": f"{found.features:,}",
            "waiting": f"{found.waiting:,}",
        }
