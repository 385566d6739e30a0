"""Redactions."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Redaction(models.Model):
    """The reason for which old versions of elements are hidden."""

    title = models.CharField(max_length=255)
    description = models.TextField()
    description_format = models.CharField(max_length=8, default="markdown")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="redactions")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title
