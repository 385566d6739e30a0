"""Errors of the import.

ImportFailedError            nothing was changed; the text is the one line for the operator
  BadFileError               not an OSM file, empty, or cut off
  BadElementError            an element breaks a rule
  ImportConflictError        the file contradicts the database
NotStreamableError           the file needs the staged import (never leaves the package)
NotOrdinaryError             the file is not for the fast PBF reader (never leaves the package)
"""

from apps.osm.errors import OsmError


class ImportFailedError(OsmError):
    """The import stopped and changed nothing."""


class BadFileError(ImportFailedError):
    """The file is not an OSM file, is empty, or is cut off."""


class BadElementError(ImportFailedError):
    """An element in the file breaks a rule of the data model."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"{element}: {reason}")


class ImportConflictError(ImportFailedError):
    """The file contradicts the database about a version, a comment or the owner of a changeset."""


class NotStreamableError(Exception):
    """The elements are not sorted, or need a changeset whose id is only known at the end."""


class NotOrdinaryError(Exception):
    """The PBF file is not an ordinary extract: pyosmium has to read it."""
