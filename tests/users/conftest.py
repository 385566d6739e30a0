"""Mails go the whole way: into the broker on commit, and from there through the worker's task to the back end."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from osmsite.celery import app


@dataclass
class Mail:
    """A received mail, as its reader sees it."""

    to: str
    subject: str
    text: str
    headers: dict[str, str]

    @property
    def link(self) -> str:
        """Return the path and query of the link."""
        (found,) = re.findall(rf"^{settings.PUBLIC_URL}(/\S+)$", self.text, re.MULTILINE)
        return str(found)


Mails = Callable[[], list[Mail]]


@pytest.fixture
def mails(db: None) -> Mails:
    """Return a function that commits, runs the worker, and returns the mails received since the last call."""
    _forget_work()
    mail.outbox.clear()

    def delivered() -> list[Mail]:
        _work()
        while connection.run_on_commit:
            callbacks, connection.run_on_commit = connection.run_on_commit, []
            for callback in callbacks:
                callback[1]()
            _work()
        sent = [message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)]
        mail.outbox.clear()
        return [
            Mail(message.to[0], str(message.subject), str(message.body), message.extra_headers)
            for message in sent
        ]

    return delivered


def _forget_work() -> None:
    """Empty the broker's queue of what other tests have left there."""
    with (
        app.connection_for_read() as broker,
        broker.SimpleQueue(app.conf.task_default_queue) as queue,
    ):
        queue.clear()


def _work() -> None:
    """Run the tasks in the broker's queue."""
    with (
        app.connection_for_read() as broker,
        broker.SimpleQueue(app.conf.task_default_queue) as queue,
    ):
        while True:
            try:
                message = queue.get_nowait()
            except queue.Empty:
                return
            args, kwargs, _options = message.payload
            app.tasks[message.headers["task"]](*args, **kwargs)
            message.ack()
