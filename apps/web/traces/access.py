"""When the pages of traces are available."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.instance.status import OFFLINE, service_status
from apps.web.access import View

SERVICE_UNAVAILABLE = 503


def unless_disabled(view: View) -> View:
    """Respond with 404 if the operator has disabled traces."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.TRACES_DISABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def needs_storage(view: Callable[..., Any]) -> View:
    """Respond with 503 while the files cannot be read or written (status `gpx_offline`)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_offline():
            return render(request, "traces/offline.html", status=SERVICE_UNAVAILABLE)
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    return guarded


def is_offline() -> bool:
    return service_status().gpx == OFFLINE
