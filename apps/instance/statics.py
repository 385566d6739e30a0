"""Gathers the static files for the web server, only when one of them has changed."""

import hashlib
import sys

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

UNUSED = ["iD.js", "iD*.map", "mapillary.*.js", "mapillary*.map", "*.d.json.ts", "translations/*[!n].json"]
"""What the editor's packages bring for developers: more than half. Their translations end in `.min.json`."""


def collect() -> bool:
    """Brings the static folder up to date; False where nothing had changed."""
    stamp = settings.STATIC_ROOT.with_suffix(".stamp")
    now = _fingerprint()
    if stamp.exists() and settings.STATIC_ROOT.is_dir() and stamp.read_text() == now:
        return False
    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        clear=True,
        # The command adds its own to the list.
        ignore_patterns=[*UNUSED],
        stdout=sys.stderr,
    )
    stamp.write_text(now)
    return True


def _fingerprint() -> str:
    """Of the names, sizes and times of all static files, and of how they are stored."""
    digest = hashlib.sha256(repr([settings.STORAGES["staticfiles"], UNUSED]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            # The files of a package have the time of their download; their size and name tell enough.
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
