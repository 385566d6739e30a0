"""Celery tasks of this app, and of the notifications of its users."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.notifications.discussions import send_gathered

from . import mails, unconfirmed

import_module(settings.TASKS_MODULE)


@shared_task
def mail_password_reset(email: str) -> None:
    """Mail the link to reset a password, if an account has this address."""
    mails.mail_password_reset(email)


@shared_task
def send_gathered_mails() -> None:
    """Send what has happened in discussions since the last mail about them."""
    send_gathered(timezone.now())


@shared_task
def remove_unconfirmed() -> None:
    """Remove accounts that nobody has confirmed."""
    unconfirmed.remove_unconfirmed(timezone.now())
