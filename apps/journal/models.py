"""What was committed, in order: what everything derived from elements is made from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """What one transaction touched.

    A transaction adds its entry after its last lock, so of two that touch the same element the first one to commit has
    the lower id. It has no number yet: numbers are given once it has committed (`actions.number_entries`), so that they
    never appear out of order, and writers never wait for each other.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField(null=True, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    changeset_id = models.BigIntegerField(null=True)
    nodes = ArrayField(models.BigIntegerField(), default=list)
    ways = ArrayField(models.BigIntegerField(), default=list)
    relations = ArrayField(models.BigIntegerField(), default=list)
    is_everything = models.BooleanField(default=False)
    """Whether so much was touched, by an import, that it is not listed."""

    class Meta:
        db_table = "journal"
        indexes = [
            models.Index(fields=["id"], name="journal_without_number", condition=models.Q(number=None)),
        ]


class Reader(models.Model):
    """How far somebody has read the journal."""

    name = models.TextField(primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "journal_readers"
