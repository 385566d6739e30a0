"""`manage.py tiles`: the map tiles that are made ahead."""

from argparse import ArgumentParser
from math import inf
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.instance.commands import InstanceCommand
from apps.tiles.ahead import make_missing, progress
from apps.tiles.cache import LAST_ZOOM_AHEAD, refresh_stale


class Command(InstanceCommand):
    help = str(
        gettext_lazy("Show how many map tiles of low zooms the worker has yet to make; or make them now.")
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["make", "status"])

    def run(self, **options: Any) -> str:
        if options["action"] == "make":
            return _("%s tiles") % f"{refresh_stale() + make_missing(inf):,}"
        found = progress()
        return _(
            "%(made)s of %(wanted)s tiles of zooms 0 to %(zoom)s are made; %(stale)s are to be made again"
        ) % {
            "made": f"{found.wanted - found.missing:,}",
            "wanted": f"{found.wanted:,}",
            "zoom": LAST_ZOOM_AHEAD,
            "stale": f"{found.stale:,}",
        }
