"""What the pages do while the site is looked after (upstream behaviour 2.0, "Database status")."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from apps.instance.status import OFFLINE, ONLINE, READONLY, service_status
from apps.osm.errors import OfflineError

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_WITHOUT_DATABASE = re.compile(
    r"/(?:|offline|about(?:/.*)?|copyright(?:/.*)?|help(?:/api)?|export(?:/finish)?|search|go/.+|400|403|404|500)"
)
_OF_THE_MAP = re.compile(
    r"/(?:node|way|relation|changeset|note|notes|history|query)(?:/.*)?|/user/.+/(?:history(?:/.*)?|notes)"
)
_OF_NOTES = re.compile(r"/notes?(?:/.*)?|/user/[^/]+/notes")
"""These say themselves that nothing can be written, and answer 503 where they cannot be read."""
_FORMS = re.compile(
    r"/login|/oauth2/authorize|/user/(?:new|forgot-password)|/.+/(?:new|edit)|/messages/new/.+"
)
"""Pages that are there to be sent back: where that would be refused, nobody is made to fill them in."""
_ASK_ONLY = re.compile(r"/(?:export/finish|preview/.+|oauth2/(?:introspect|token/info|userinfo))?")
"""Addresses that are posted to and write nothing."""
_OF_PROGRAMS = re.compile(
    r"/oauth2/(?:token|revoke|introspect|userinfo|discovery)(?:/.*)?|.+\.json|/\.well-known/.+"
)


class MaintenanceMiddleware:
    """Sends to `/offline` what cannot be answered in the status mode; while all is online it is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if service_status().database == service_status().api == ONLINE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if service_status().database == OFFLINE:
            # Sessions are in the database. The browser keeps the cookie: its user is there again afterwards.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if request.path.startswith("/api/") or not _is_refused(request):
            return None
        if _is_page(request):
            return HttpResponseRedirect("/offline")
        return HttpResponse(str(OfflineError()), status=503, content_type="text/plain; charset=utf-8")


def _is_refused(request: HttpRequest) -> bool:
    database, api, _gpx = service_status()
    if _WITHOUT_DATABASE.fullmatch(request.path):
        return False
    states = {database, api} if _OF_THE_MAP.fullmatch(request.path) else {database}
    return OFFLINE in states or (READONLY in states and _writes(request))


def _writes(request: HttpRequest) -> bool:
    if request.method in _SAFE_METHODS:
        return bool(_FORMS.fullmatch(request.path)) and not _OF_NOTES.fullmatch(request.path)
    return not _ASK_ONLY.fullmatch(request.path)


def _is_page(request: HttpRequest) -> bool:
    """Whether a person goes there, rather than a script or a program."""
    return (
        request.accepts("text/html")
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and request.headers.get("X-Requested-With") != "XMLHttpRequest"
        and "HX-Request" not in request.headers
        and not _OF_PROGRAMS.fullmatch(request.path)
        and not (_OF_NOTES.fullmatch(request.path) and service_status().api == OFFLINE)
    )


def notice() -> str | None:
    """What every page says of the status mode; None while all is online."""
    database, api, _gpx = service_status()
    if database == OFFLINE:
        return _("The server is being looked after: map data and accounts cannot be reached at the moment.")
    if database == READONLY:
        return _("The server is being looked after: all can be read, but nothing be changed at the moment.")
    if api == OFFLINE:
        return _("The server is being looked after: map data cannot be reached at the moment.")
    if api == READONLY:
        return _("The server is being looked after: the map cannot be changed at the moment.")
    return None
