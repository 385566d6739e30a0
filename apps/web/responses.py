"""Responses that several areas make."""

from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse


def json_response(content: dict[str, Any], *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return a JSON document without spaces between its parts: scripts look for `"access_token":"` in the text."""
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json; charset=utf-8")
