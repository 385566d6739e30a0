"""Tiles that have been made, until something in them changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CachedTile(models.Model):
    pk = models.CompositePrimaryKey("z", "x", "y")
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    content = models.BinaryField()
    """Compressed. Tiles without anything are kept at low zooms only."""
    tag = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    is_stale = models.BooleanField(default=False)
    """Whether something in it has changed: low zooms are served all the same until the worker makes them again."""

    class Meta:
        db_table = "tiles"
        indexes = [models.Index(fields=["z"], name="tiles_stale", condition=Q(is_stale=True))]


class Change(models.Model):
    """What one transaction has changed (`changes.py`)."""

    number = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField(db_default=Now())
    tiles = ArrayField(models.IntegerField())
    """Zoom, column and row of each tile, one after another."""
    within = ArrayField(models.IntegerField())
    """Those that stand for all tiles within them, too."""

    class Meta:
        db_table = "tile_changes"
