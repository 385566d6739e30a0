"""Notices that people read on the site."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext


class Notice(models.Model):
    """An event that the recipient wants to know about."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=32)
    subject = models.TextField()
    """A text for gettext with names in braces; `parts` holds their values."""
    parts = models.JSONField(default=dict)
    address = models.TextField()
    """The URL path of the page that shows what happened."""
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "id"], name="notices_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notices_unread"),
        ]

    def __str__(self) -> str:
        return gettext(self.subject).format(**self.parts)


class DiscussionMail(models.Model):
    """When a user last got a mail about a discussion, and what has happened in it since."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.CharField(max_length=64)
    """The discussion, such as "note-1"."""
    subscription_link = models.TextField()
    sent_at = models.DateTimeField(db_index=True)
    waiting = models.JSONField(default=list)
    """What the next mail will tell: a list of `discussions.Item`."""

    class Meta:
        db_table = "discussion_mails"
        constraints = [
            models.UniqueConstraint(fields=["recipient", "thread"], name="discussion_mails_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.thread} for {self.recipient_id}"
