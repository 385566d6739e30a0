"""The records of imported files and of the authors in them."""

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


class ImportedAuthor(models.Model):
    """A uid in imported files, and the account that stands for it: with the same id, unless that belonged to an account
    that was made here (docs/decisions/0008-imported-authors.md)."""

    uid = models.BigIntegerField(primary_key=True)
    user_id = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return f"{self.uid} is user {self.user_id}"
