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

from apps.text.direction import without_direction_controls

from .tasks import Mail, deliver

logger = logging.getLogger(__name__)


def send_mail(
    to: str,
    *,
    template: str,
    subject: str,
    context: dict[str, Any],
    languages: str | None = None,
    values: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    """Send `mail/<template>.txt` and `.html` once the transaction is committed; nothing if it is rolled back.

    `subject` is a text for gettext, translated here; `values` fill the names in its braces. `languages` are the
    recipient's, in order of preference.
    """
    with translation.override(_best_language(languages)):
        site = {
            "site_name": settings.SITE_NAME,
            "public_url": settings.PUBLIC_URL,
            "operator": settings.OPERATOR,
            "support_email": settings.SUPPORT_EMAIL,
        }
        full_context = {**site, **context}
        filled = _(subject).format(**values) if values else _(subject)
        mail: Mail = {
            "to": to,
            "subject": f"[{settings.SITE_NAME}] {without_direction_controls(filled)}",
            "text": render_to_string(f"mail/{template}.txt", full_context),
            "html": render_to_string(f"mail/{template}.html", full_context),
            "headers": headers or {},
        }
    transaction.on_commit(partial(_enqueue, mail))


def _enqueue(mail: Mail) -> None:
    """Queue the mail. The action is committed, so it must not fail because the broker is down."""
    try:
        deliver.apply_async((mail,), retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("the broker does not accept mail, so it is sent directly: %s", error)
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
