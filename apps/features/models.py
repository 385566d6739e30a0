"""Elements as people see them: the one table that tiles, search and queries are made from.

Everything in it is derived from the elements and can be thrown away and rebuilt (`rebuild.py`); the journal keeps it in
step (`update.py`). Rows are read and written in sets, never as instances.
"""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from apps.elements.models import TagsField

LOW_ZOOM, MIDDLE_ZOOM = 8, 11
"""Up to these zooms few features are seen, which have indexes of their own."""
LARGEST_OF_ADDRESSES = 5
"""The importance of what has an address, but no name."""
CATEGORY_KEYS = (
    *("amenity", "shop", "tourism", "leisure", "historic", "office", "craft", "healthcare", "emergency"),
    *("public_transport", "railway", "aerialway", "aeroway", "man_made", "natural", "club", "attraction"),
)
"""The keys of what people look for by its kind, of which nothing is as frequent as buildings and streets."""


class Shape(models.IntegerChoices):
    POINT = 1
    LINE = 2
    AREA = 3


IS_PLACE = Q(key="place") | Q(admin_level__isnull=False, shape=Shape.AREA)
"""Settlements, regions, countries and the like: their own points and areas, and administrative areas."""

IS_NAMED = Q(importance__gt=LARGEST_OF_ADDRESSES)


class CoreField(models.Field):  # type: ignore[type-arg]
    """A geometric type of PostgreSQL's core, as its text."""

    def __init__(self, db_type: str, **options: Any) -> None:
        self.core_type = db_type
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, [self.core_type, *args], options

    def db_type(self, connection: Any) -> str:
        return self.core_type


class Feature(models.Model):
    """What one element looks like. Positions are `projection.py`'s: x to the east and y to the south, up to 2**32."""

    pk = models.CompositePrimaryKey("type", "id")
    type = models.SmallIntegerField()
    id = models.BigIntegerField()
    version = models.BigIntegerField()
    """The version of the element that it was made from."""
    shape = models.SmallIntegerField(choices=Shape)
    min_zoom = models.SmallIntegerField()
    """The zoom from which it can be seen."""
    importance = models.SmallIntegerField()
    """0 to 100: which of two things of the same name, or of two labels in one place, comes first."""
    admin_level = models.SmallIntegerField(null=True)
    """The lowest level of the administrative boundaries that a way is part of; a relation's own."""
    size = models.FloatField()
    """Square meters of an area, meters of a line, 0 for a point."""
    key = models.TextField()
    value = models.TextField()
    tags = TagsField()
    names = SearchVectorField()
    """The words of its names and references, folded (`words.py`)."""
    words = SearchVectorField()
    """All words by which it is found: also those of its address, which in a town thousands have in common."""
    label = CoreField("point")
    """Where its name is written: within an area, in the middle of a line."""
    box = CoreField("box")
    geometry = models.BinaryField()
    """Well-known binary: a point, line, polygon or a collection of one kind of them."""

    class Meta:
        db_table = "features"
        indexes = [
            GistIndex(fields=["box"], name="features_box"),
            GistIndex(fields=["box"], name="features_box_low", condition=Q(min_zoom__lte=LOW_ZOOM)),
            GistIndex(fields=["box"], name="features_box_middle", condition=Q(min_zoom__lte=MIDDLE_ZOOM)),
            GinIndex(fields=["words"], name="features_words", fastupdate=False),
            # For search: what has a name of its own, places alone, and things of one kind.
            GinIndex(fields=["words"], name="features_words_named", fastupdate=False, condition=IS_NAMED),
            GinIndex(fields=["names"], name="features_names_named", fastupdate=False, condition=IS_NAMED),
            GinIndex(fields=["names"], name="features_names_places", fastupdate=False, condition=IS_PLACE),
            GistIndex(fields=["box"], name="features_box_places", condition=IS_PLACE),
            # Coastlines and borders of countries.
            GistIndex(fields=["box"], name="features_box_lowest", condition=Q(min_zoom=0)),
            models.Index(fields=["key", "value"], name="features_kinds", condition=Q(key__in=CATEGORY_KEYS)),
        ]


class Coverage(models.Model):
    """A cell with data (`coverage.py`)."""

    pk = models.CompositePrimaryKey("x", "y")
    x = models.IntegerField()
    y = models.IntegerField()
    features = models.IntegerField()
    """How many of them touch it."""

    class Meta:
        db_table = "features_coverage"
