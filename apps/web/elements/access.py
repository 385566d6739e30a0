"""Who sees what moderators have put out of sight."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.web.access import View, denied, is_moderator

PARAMETER = "show_redactions"


def revealing_to_moderators(view: View) -> View:
    """The page shows what is redacted to moderators who ask for it; others who ask are denied the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reveals(request) and not is_moderator(request):
            return denied(request)
        return view(request, *args, **kwargs)

    return guarded


def reveals(request: HttpRequest) -> bool:
    """Whether the page is asked for what is redacted: `show_redactions`, whatever its value."""
    return PARAMETER in request.GET
