"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.users.models import User, UserRole
from apps.users.permissions import has_role

View = Callable[..., HttpResponse]


def login_required(view: View) -> View:
    """People who want to read a page are sent to log in first; everybody else without a session gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return denied(request)

    return guarded


def moderator_required(view: View) -> View:
    """The page is for moderators; see `denied` for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_moderator(request) else denied(request)

    return guarded


def administrator_required(view: View) -> View:
    """The page is for administrators; see `denied` for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_administrator(request) else denied(request)

    return guarded


def denied(request: HttpRequest) -> HttpResponse:
    """What who may not see a page gets: without a session the log-in, with one the page that says so; whatever is
    no page gets 403 (upstream behaviour 2.0)."""
    if request.accepts("text/html"):
        if request.user.is_authenticated:
            return HttpResponseRedirect("/403")
        if request.method in {"GET", "HEAD"}:
            referer = urlencode({"referer": request.get_full_path()})
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?{referer}")
    return HttpResponse(status=403)


def is_moderator(request: HttpRequest) -> bool:
    """Whether the session's user is one. One statement a request, none without a session."""
    return _has_role(request, UserRole.Role.MODERATOR)


def is_administrator(request: HttpRequest) -> bool:
    """Whether the session's user is one. One statement a request, none without a session."""
    return _has_role(request, UserRole.Role.ADMINISTRATOR)


def _has_role(request: HttpRequest, role: UserRole.Role) -> bool:
    if not request.user.is_authenticated:
        return False
    user = session_user(request)
    return user.is_active and has_role(user, role)


def session_user(request: HttpRequest) -> User:
    """The user of a request behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user
