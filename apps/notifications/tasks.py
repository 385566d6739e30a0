"""What the worker does for this app."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


@shared_task(
    autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=12, acks_late=True
)
def deliver(mail: dict[str, str]) -> None:
    """Hands a mail to the back end; tries again for half a day where the mail server is away."""
    _message(mail).send()


def _message(mail: dict[str, str]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        " ".join(mail["subject"].split()),
        mail["text"],
        to=[mail["to"]],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail["html"], "text/html")
    return message
