"""Celery tasks of this app."""

from importlib import import_module
from typing import NotRequired, TypedDict

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

# Creates the Celery app. Not done at every start: commands that send nothing start 10 % faster without it.
import_module(settings.TASKS_MODULE)


class Mail(TypedDict):
    """A mail on its way through the broker."""

    to: str
    subject: str
    text: str
    html: str
    headers: NotRequired[dict[str, str]]


@shared_task(
    autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=12, acks_late=True
)
def deliver(mail: Mail) -> None:
    """Send a mail; retry for half a day while the mail server is down."""
    _message(mail).send()


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        " ".join(mail["subject"].split()),
        mail["text"],
        to=[mail["to"]],
        headers={"Auto-Submitted": "auto-generated"} | mail.get("headers", {}),
    )
    message.attach_alternative(mail["html"], "text/html")
    return message
