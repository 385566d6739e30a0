"""The time limit of the statements of pages, which is shorter than that of the API (upstream behaviour 2.0)."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from . import errors


class TimeoutMiddleware:
    """Limit the time of each statement of a page, and respond with 504 if one takes longer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = _Limit()
        with connection.execute_wrapper(limit):
            response = self.get_response(request)
        limit.lift()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Respond to a statement that took too long; any other exception is not for us."""
        error = exception.__cause__ or exception
        return errors.page(request, 504) if isinstance(error, psycopg.errors.QueryCanceled) else None


class _Limit:
    """Sets the limit before the first statement of a page, so that a page without one costs nothing."""

    is_set = False

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        if not self.is_set:
            self.is_set = True
            connection.connection.execute(f"SET statement_timeout = {int(settings.WEB_TIMEOUT * 1000)}")
        return execute(*statement)

    def lift(self) -> None:
        """Return to the connection's own limit: it serves the API too."""
        if not self.is_set or connection.connection is None:
            return
        # A connection that failed is not used again, and a transaction that failed forgets the limit by itself.
        with suppress(psycopg.Error):
            connection.connection.execute("RESET statement_timeout")
