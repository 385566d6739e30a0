"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.users.models import User, UserRole

View = Callable[..., HttpResponse]


def login_required(view: View) -> View:
    """People who want to read a page are sent to log in first; everybody else without a session gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and request.accepts("text/html"):
            return HttpResponseRedirect(
                f"{settings.LOGIN_URL}?{urlencode({'referer': request.get_full_path()})}"
            )
        return HttpResponse(status=403)

    return guarded


def administrator_required(view: View) -> View:
    """Administrators see the page; others who are logged in are sent to the page of 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if session_user(request).has_role(UserRole.Role.ADMINISTRATOR):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect("/403") if request.accepts("text/html") else HttpResponse(status=403)

    return login_required(guarded)


def session_user(request: HttpRequest) -> User:
    """The user of a request behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user
