"""The record of imported files."""

from django.db import models
from django.utils import timezone


class ImportedFile(models.Model):
    """A file that `import_osm` has loaded; a second run with the same file skips it."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    nodes = models.BigIntegerField()
    ways = models.BigIntegerField()
    relations = models.BigIntegerField()
    changesets = models.BigIntegerField()
    imported_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
