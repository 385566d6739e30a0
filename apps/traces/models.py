"""GPS traces: uploaded files, and their points."""

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def trace_storage() -> Storage:
    """Return the storage of the setting STORAGES: a folder, or a bucket."""
    return storages["traces"]


class Trace(models.Model):
    """An uploaded file, which waits until a worker has imported its points or has failed to."""

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
    """The name of the file, without unsafe characters."""
    description = models.CharField(max_length=255)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.TRACKABLE)
    created_at = models.DateTimeField(default=timezone.now)
    visible = models.BooleanField(default=True)
    """False from its deletion until a worker has removed its files and points."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.TextField(default="", blank=True)
    """The reason of a failure, for the owner."""
    remarks = models.TextField(default="", blank=True)
    """What was left out of the file and why, for the owner; one remark per line."""
    points_read = models.IntegerField(default=0)
    """The progress of the worker."""
    attempts = models.SmallIntegerField(default=0)
    """How often a worker has started to import it."""
    size = models.IntegerField(null=True)
    """The count of its points, once imported."""
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
            models.Index(
                fields=["created_at", "id"],
                condition=Q(visible=True, visibility__in=["public", "identifiable"]),
                name="traces_newest",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Whether everyone may see its owner and download the file (API page, "Download Data")."""
        return self.visibility in PUBLIC

    @property
    def is_imported(self) -> bool:
        return self.state == self.State.IMPORTED

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has yet to import it, or is importing it."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


PUBLIC = [Trace.Visibility.PUBLIC, Trace.Visibility.IDENTIFIABLE]
"""The visibilities of the traces that are listed for everyone."""


class TraceTag(models.Model):
    trace = models.ForeignKey(Trace, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["tag", "trace"], name="traces_tag")]

    def __str__(self) -> str:
        return self.tag


class TraceChunk(models.Model):
    """Some hundred consecutive points of a trace, and their bbox (docs/decisions/0003-trace-points.md).

    A trace of a million points has two thousand of them. Only `points.py` and `trackpoints.py` read the columns.
    """

    pk = models.CompositePrimaryKey("trace_id", "number")
    trace = models.ForeignKey(Trace, on_delete=models.CASCADE, db_index=False, related_name="chunks")
    number = models.IntegerField()
    """Counts from 0, by segment and time."""
    size = models.IntegerField()
    min_lon = models.IntegerField()
    min_lat = models.IntegerField()
    max_lon = models.IntegerField()
    max_lat = models.IntegerField()
    positions = models.BinaryField()
    """The lat and lon of each point, integers of 1e-7 degrees."""
    details = models.BinaryField()
    """The time (seconds since 1970), segment and elevation (metres) of each point."""

    class Meta:
        indexes = [
            GistIndex(
                Func(
                    Func(F("min_lon"), F("min_lat"), function="point"),
                    Func(F("max_lon"), F("max_lat"), function="point"),
                    function="box",
                ),
                name="traces_chunk_box",
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number} of trace {self.trace_id}"
