"""Collects the static files for the web server, but only if one of them has changed."""

import hashlib
import sys

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

UNUSED = ["iD.js", "iD*.map", "mapillary.*.js", "mapillary*.map", "*.d.json.ts", "translations/*[!n].json"]
"""Files of the editor's packages that only developers need: more than half. Translations in use end in `.min.json`."""


def collect() -> bool:
    """Update the folder of static files. Returns whether anything had changed."""
    stamp = settings.STATIC_ROOT.with_suffix(".stamp")
    fingerprint = _fingerprint()
    if stamp.exists() and settings.STATIC_ROOT.is_dir() and stamp.read_text() == fingerprint:
        return False
    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        clear=True,
        # A copy: the command adds patterns of its own to the list.
        ignore_patterns=[*UNUSED],
        stdout=sys.stderr,
    )
    stamp.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files, and of how they are stored."""
    digest = hashlib.sha256(repr([settings.STORAGES["staticfiles"], UNUSED]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
