"""Tiles that have been made, until something in them changes."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CachedTile(models.Model):
    pk = models.CompositePrimaryKey("z", "x", "y")
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    content = models.BinaryField()
    """Compressed. Tiles without anything are not kept."""
    tag = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    is_stale = models.BooleanField(default=False)
    """Whether something in it has changed: low zooms are served all the same until the worker makes them again."""

    class Meta:
        db_table = "tiles"
        indexes = [models.Index(fields=["z"], name="tiles_stale", condition=Q(is_stale=True))]
