"""Mails are sent after the commit, as text and HTML, and into files if there is no mail server."""

import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from celery import Celery
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.test import override_settings

from apps.notifications.mail import send_mail
from apps.notifications.tasks import deliver
from tests.users.conftest import Mails, mails  # noqa: F401

CONTEXT = {"name": "<alice>\nBcc: mallory@example.org", "link": "http://127.0.0.1:8000/x?a=1&b=2"}
pytestmark = pytest.mark.django_db


def send(subject: str = "Password reset request") -> None:
    send_mail("alice@example.org", template="reset_password", subject=subject, context=CONTEXT)


def _send_and_fail() -> None:
    send()
    raise ZeroDivisionError


def test_nothing_is_sent_when_the_transaction_fails(mails: Mails) -> None:  # noqa: F811
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _send_and_fail()
    assert mails() == []
    with transaction.atomic():
        send()
    assert [mail.to for mail in mails()] == ["alice@example.org"]


def test_a_mail_has_text_and_html_and_is_marked_as_automatic(mails: Mails) -> None:  # noqa: F811
    mail.outbox.clear()
    deliver.run(
        {
            "to": "a@example.org",
            "subject": "Two\nlines",
            "text": "Hello <a>",
            "html": "<p>Hello &lt;a&gt;</p>",
        }
    )
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    assert message.subject == "Two lines"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert tuple(message.alternatives[0]) == ("<p>Hello &lt;a&gt;</p>", "text/html")


def test_a_name_cannot_break_the_html(mails: Mails) -> None:  # noqa: F811
    send()
    (sent,) = mails()
    assert "<alice>" in sent.text
    assert "x?a=1&b=2" in sent.text


def test_without_a_server_mails_are_files_that_only_the_operator_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with override_settings(
        EMAIL_BACKEND="apps.notifications.backends.FileBackend", EMAIL_FILE_PATH=str(folder)
    ):
        deliver.run({"to": "a@example.org", "subject": "S", "text": "Grüße\nhttp://x/y", "html": "<p>x</p>"})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"http://x/y" in file.read_bytes()
    message = message_from_bytes(file.read_bytes().split(b"-" * 79)[0], policy=policy.default)
    assert message["To"] == "a@example.org"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Grüße" in body.get_content()


def test_mail_is_sent_directly_while_the_broker_is_down(
    mails: Mails,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Celery("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False) as nowhere:
        monkeypatch.setattr("apps.notifications.mail.deliver", nowhere.task(deliver.run))
        send()
        (sent,) = mails()
    assert sent.to == "alice@example.org"
    assert "the broker does not accept" in caplog.text
