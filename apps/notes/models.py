"""Notes: messages that people leave on the map for mappers."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.changesets.recency import time_point
from apps.osm.elements import COORDINATE_SCALE


class Note(models.Model):
    """A place and the discussion about it. Coordinates are integers of 1e-7 degrees.

    The text of the note is its first comment, with the event `opened`. Hiding a note does not change `closed_at`.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        HIDDEN = "hidden", _("hidden")

    id = models.BigAutoField(primary_key=True)
    lat = models.IntegerField()
    lon = models.IntegerField()
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    """When it was last commented, closed, reopened or hidden."""
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # PostgreSQL's own type `point` needs no extension. The two times are for the latest notes of an area
            # (`recency.py`).
            GistIndex(
                Func(F("lon"), F("lat"), function="point"),
                time_point("updated_at"),
                time_point("created_at"),
                name="notes_position",
            ),
            models.Index(fields=["updated_at", "id"], name="notes_updated_at"),
            models.Index(fields=["created_at", "id"], name="notes_created_at"),
            models.Index(fields=["updated_at", "id"], condition=Q(status="open"), name="notes_open"),
            models.Index(fields=["closed_at"], name="notes_closed_at"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def position(self) -> tuple[float, float]:
        """(latitude, longitude) in degrees."""
        return self.lat / COORDINATE_SCALE, self.lon / COORDINATE_SCALE

    @property
    def is_hidden(self) -> bool:
        return self.status == self.Status.HIDDEN


class NoteComment(models.Model):
    """An event of a note, with or without a text. Events without an author are by anonymous visitors."""

    class Event(models.TextChoices):
        OPENED = "opened", _("opened")
        COMMENTED = "commented", _("commented")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")
        HIDDEN = "hidden", _("hidden")

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="note_comments"
    )
    author_address = models.GenericIPAddressField(null=True)
    """The IP address of an anonymous visitor."""
    event = models.CharField(max_length=9, choices=Event)
    body = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    visible = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["note", "created_at"], name="notes_comment_thread"),
            models.Index(fields=["created_at"], name="notes_comment_created_at"),
            models.Index(fields=["author", "created_at"], name="notes_comment_author"),
            GinIndex(SearchVector("body", config="english"), name="notes_comment_words"),
        ]

    def __str__(self) -> str:
        return self.body


class NoteSubscription(models.Model):
    pk = models.CompositePrimaryKey("note_id", "user_id")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user_id} follows note {self.note_id}"


class ModerationZone(models.Model):
    """An area where only users may create notes, for a while."""

    name = models.CharField(max_length=255)
    reason = models.TextField()
    reason_format = models.CharField(max_length=8, default="markdown")
    outline = models.JSONField()
    """A ring of [longitude, latitude] in degrees, three or more, not closed."""
    ends_at = models.DateTimeField()
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="notes_zone_ends_at")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.ends_at > timezone.now()
