"""GPS traces: files that people upload, and the points that are read out of them."""

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def trace_storage() -> Storage:
    """Where the setting STORAGES says: a folder, or a bucket."""
    return storages["traces"]


class Trace(models.Model):
    """An uploaded file. It waits until a worker has read its points, or has found out why there are none."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("private")
        PUBLIC = "public", _("public")
        TRACKABLE = "trackable", _("trackable")
        IDENTIFIABLE = "identifiable", _("identifiable")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being processed")
        IMPORTED = "imported", _("imported")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="traces")
    name = models.CharField(max_length=255)
    """The name of the file, made harmless."""
    description = models.CharField(max_length=255)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.TRACKABLE)
    created_at = models.DateTimeField(default=timezone.now)
    visible = models.BooleanField(default=True)
    """False from its deletion until the worker has removed the files and the points."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.TextField(default="", blank=True)
    """Why it failed, in words for its owner."""
    points_read = models.IntegerField(default=0)
    """How far the worker is."""
    attempts = models.SmallIntegerField(default=0)
    """How often a worker has begun with it."""
    size = models.IntegerField(null=True)
    """How many points it has, once imported."""
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    """The first point, in degrees, once imported."""
    file = models.FileField(storage=trace_storage, upload_to="files/", max_length=255)
    picture = models.FileField(storage=trace_storage, upload_to="pictures/", max_length=255, blank=True)
    icon = models.FileField(storage=trace_storage, upload_to="icons/", max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "id"], name="traces_user_id"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "running"]) | Q(visible=False),
                name="traces_to_do",
            ),
            models.Index(
                fields=["id"],
                condition=Q(visible=True, visibility__in=["public", "identifiable"]),
                name="traces_in_lists",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Everybody may see whose it is, and have the file (API page, "Download Data")."""
        return self.visibility in PUBLIC

    @property
    def is_imported(self) -> bool:
        return self.state == self.State.IMPORTED


PUBLIC = [Trace.Visibility.PUBLIC, Trace.Visibility.IDENTIFIABLE]
"""What stands in everybody's lists."""


class TraceTag(models.Model):
    trace = models.ForeignKey(Trace, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["tag"], name="traces_tag")]

    def __str__(self) -> str:
        return self.tag


class TraceStretch(models.Model):
    """Up to some hundred points of a trace that follow each other, and the box around them: a trace of a million
    points is two thousand rows, read and written as they are (docs/decisions/0003-trace-points.md).

    Only `points.py` looks into the columns.
    """

    pk = models.CompositePrimaryKey("trace_id", "number")
    trace = models.ForeignKey(Trace, on_delete=models.CASCADE, db_index=False, related_name="stretches")
    number = models.IntegerField()
    """From 0, in the order of segments and times."""
    size = models.IntegerField()
    min_lon = models.IntegerField()
    min_lat = models.IntegerField()
    max_lon = models.IntegerField()
    max_lat = models.IntegerField()
    positions = models.BinaryField()
    """Of each point lat and lon, integers of 1e-7 degrees."""
    details = models.BinaryField()
    """Of each point its time (seconds), segment and elevation (metres)."""

    class Meta:
        indexes = [
            GistIndex(
                Func(
                    Func(F("min_lon"), F("min_lat"), function="point"),
                    Func(F("max_lon"), F("max_lat"), function="point"),
                    function="box",
                ),
                name="traces_stretch_box",
            ),
        ]

    def __str__(self) -> str:
        return f"stretch {self.number} of trace {self.trace_id}"
