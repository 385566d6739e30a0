#!/usr/bin/env python
"""Entrance to every command: up, doctor, import_osm, create_user and the rest."""

import atexit
import gc
import os
import sys


def main() -> None:
    # Loading modules makes objects and hardly any garbage: looking for it after every 700 takes a tenth of it.
    gc.set_threshold(50_000)
    # And the last look, when Python ends, takes a third of a second to find nothing that matters.
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: one line, no traceback.
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
