"""The words that occur in names and addresses, for correcting what people type. Derived; `spelling.py` keeps them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    word = models.TextField(primary_key=True)
    count = models.IntegerField()
    """Features that contained it when the words were last counted."""
    neighbours = ArrayField(models.TextField())
    """What it becomes by deleting one of its letters."""

    class Meta:
        db_table = "geocoding_words"
        indexes = [GinIndex(fields=["neighbours"], name="geocoding_words_neighbours")]
