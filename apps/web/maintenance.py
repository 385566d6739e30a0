"""Pages during maintenance (upstream behaviour 2.0, "Database status")."""

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
    r"/(?:|offline|about(?:/.*)?|copyright(?:/.*)?|help(?:/api)?|export(?:/finish|/embed(?:\.html)?)?|style/.+|search|go/.+|400|403|404|500"
    r"|robots\.txt|favicon\.ico|apple-touch-icon.*)"
)
_OF_THE_MAP = re.compile(
    r"/(?:node|way|relation|changeset|note|notes|history|query)(?:/.*)?|/user/.+/(?:history(?:/.*)?|notes)",
    re.DOTALL,  # or a line break at the end would make each `/history/` before it scan the rest in vain
)
_OF_NOTES = re.compile(r"/notes?(?:/.*)?|/user/[^/]+/notes")
"""These pages say themselves that nothing can be saved, and respond with 503 if they cannot be read."""
_FORMS = re.compile(
    r"/login|/oauth2/authorize|/user/(?:new|forgot-password)|/.+/(?:new|edit)|/messages/new/.+"
)
"""Pages with a form: no one is asked to fill in a form that cannot be submitted."""
_ASK_ONLY = re.compile(r"/(?:export/finish|preview/.+|oauth2/(?:introspect|token/info|userinfo))?")
"""URLs that are posted to but write nothing."""
_OF_PROGRAMS = re.compile(
    r"/oauth2/(?:token|revoke|introspect|userinfo|discovery)(?:/.*)?|.+\.json|/\.well-known/.+|/nominatim/.+"
)


class MaintenanceMiddleware:
    """Redirect to `/offline` what the service status does not allow. Not installed while everything is online."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if service_status().database == service_status().api == ONLINE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if service_status().database == OFFLINE:
            # Sessions are in the database. The browser keeps the cookie, so its user is logged in again afterwards.
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
    """Return whether a person opens the URL, rather than a script or a program."""
    return (
        request.accepts("text/html")
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and request.headers.get("X-Requested-With") != "XMLHttpRequest"
        and "HX-Request" not in request.headers
        and not _OF_PROGRAMS.fullmatch(request.path)
        and not (_OF_NOTES.fullmatch(request.path) and service_status().api == OFFLINE)
    )


def notice() -> str | None:
    """Return the banner that every page shows, None while everything is online."""
    database, api, _gpx = service_status()
    if database == OFFLINE:
        return _("The server is down for maintenance: map data and accounts are not available at the moment.")
    if database == READONLY:
        return _("The server is in read-only mode for maintenance: nothing can be changed at the moment.")
    if api == OFFLINE:
        return _("The server is down for maintenance: map data is not available at the moment.")
    if api == READONLY:
        return _("The server is in read-only mode for maintenance: the map cannot be edited at the moment.")
    return None
