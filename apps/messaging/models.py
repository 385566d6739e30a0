"""Messages between users."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Message(models.Model):
    """A message from one user to another, each of whom can hide it from themselves; rows are never deleted."""

    id = models.BigAutoField(primary_key=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages_sent"
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages_received"
    )
    title = models.CharField(max_length=255)
    body = models.TextField()
    body_format = models.CharField(max_length=8, default="markdown")
    sent_at = models.DateTimeField(default=timezone.now)
    read = models.BooleanField(default=False)
    muted = models.BooleanField(default=False)
    """The recipient had muted the sender: it is kept out of the inbox, and no mail was sent."""
    visible_to_sender = models.BooleanField(default=True)
    visible_to_recipient = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["sender", "id"], name="messages_sender"),
            models.Index(fields=["recipient", "id"], name="messages_recipient"),
            models.Index(
                fields=["recipient"],
                condition=Q(read=False, muted=False, visible_to_recipient=True),
                name="messages_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.title
