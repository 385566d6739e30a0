"""The one place that sends mail: after the commit, by the Celery worker, as text and HTML."""

import logging
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from apps.notifications.tasks import Mail, deliver

logger = logging.getLogger(__name__)


def send_mail(
    to: str,
    *,
    template: str,
    subject: str,
    context: dict[str, Any],
    languages: str | None = None,
    parts: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Sends `mail/<template>.txt` and `.html` once the transaction is committed, and not at all if it is not.

    `subject` is a text for gettext, translated here, `parts` the values of the names in its braces;
    `languages` are the recipient's, best first.
    """
    with translation.override(_best_language(languages)):
        site_name = _("OpenStreetMap")
        known = {"site_name": site_name, "public_url": settings.PUBLIC_URL, **context}
        translated = _(subject)
        mail: Mail = {
            "to": to,
            "subject": f"[{site_name}] {translated.format(**parts) if parts else translated}",
            "text": render_to_string(f"mail/{template}.txt", known),
            "html": render_to_string(f"mail/{template}.html", known),
            "headers": headers or {},
        }
    transaction.on_commit(partial(_hand_over, mail))


def _hand_over(mail: Mail) -> None:
    """What was done is committed: a broker that is away must not turn it into a failure."""
    try:
        deliver.apply_async((mail,), retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("the broker does not take a mail, so it is sent at once: %s", error)
        try:
            deliver.run(mail)
        except OSError:
            logger.exception("a mail could not be sent")


def _best_language(languages: str | None) -> str:
    for code in (languages or "").replace(",", " ").split():
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
