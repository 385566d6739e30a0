"""Access to redacted versions."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.web.access import View, denied, is_moderator

PARAMETER = "show_redactions"


def revealing_to_moderators(view: View) -> View:
    """Deny the page to anyone but moderators when it is asked for redacted versions."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reveals(request) and not is_moderator(request):
            return denied(request)
        return view(request, *args, **kwargs)

    return guarded


def reveals(request: HttpRequest) -> bool:
    """Return whether redacted versions are asked for: `show_redactions`, whatever its value."""
    return PARAMETER in request.GET
