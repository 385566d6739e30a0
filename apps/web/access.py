"""Access control for pages: who is asking, and what they get when they may not see a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.users import permissions
from apps.users.models import User

View = Callable[..., HttpResponse]


def login_required(view: View) -> View:
    """Let only logged-in users see the page; see `denied` for everyone else."""
    return _guarded(view, lambda request: viewer_of(request) is not None)


def moderator_required(view: View) -> View:
    """Let only moderators see the page; see `denied` for everyone else."""
    return _guarded(view, is_moderator)


def administrator_required(view: View) -> View:
    """Let only administrators see the page; see `denied` for everyone else."""
    return _guarded(view, is_administrator)


def _guarded(view: View, may: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if may(request) else denied(request)

    return guarded


def denied(request: HttpRequest) -> HttpResponse:
    """Send visitors to the log-in page and logged-in users to the page for status 403.

    Programs, and forms sent without a session, get a bare 403 (upstream behaviour 2.0).
    """
    if request.accepts("text/html"):
        if request.user.is_authenticated:
            return HttpResponseRedirect("/403")
        if request.method in {"GET", "HEAD"}:
            referer = urlencode({"referer": request.get_full_path()})
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{referer}")
    return HttpResponse(status=403)


def is_moderator(request: HttpRequest) -> bool:
    """Return whether the session's user is a moderator. One statement per request, none without a session."""
    return permissions.is_moderator(viewer_of(request))


def is_administrator(request: HttpRequest) -> bool:
    """Return whether the session's user is an administrator. One statement per request, none without a session."""
    return permissions.is_administrator(viewer_of(request))


def viewer_of(request: HttpRequest) -> User | None:
    """Return the session's user, None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def session_user(request: HttpRequest) -> User:
    """Return the user of a request behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user
