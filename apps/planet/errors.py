"""What can be wrong with a file that is to be imported.

ImportFailedError            nothing was changed; the text is the one line for the operator
  BadFileError               the file is not what it says it is, or is cut off
  BadElementError            an element breaks a rule
  ConflictError              the file and the database disagree on the same version
NotStreamableError           the file needs the staged import (never seen outside)
NotOrdinaryError             the file is none for the quick reader (never seen outside)
"""

from apps.osm.errors import OsmError


class ImportFailedError(OsmError):
    """The import stopped and changed nothing."""


class BadFileError(ImportFailedError):
    """Not an OSM file, empty, or cut off."""


class BadElementError(ImportFailedError):
    """An element in the file breaks a rule of the data model."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"{element}: {reason}")


class ConflictError(ImportFailedError):
    """What the file says is not what the database holds under the same id and version."""


class NotStreamableError(Exception):
    """The elements do not come sorted, or need a changeset that is known only at the end."""


class NotOrdinaryError(Exception):
    """A PBF file is not as extracts are: the general reader decides what to do with it."""
