"""The state of the account, checked on every request of a session."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from apps.users.models import User

# Open to users who have not responded to the terms yet: to read them, to decline them, to log out.
_FREE = ("/account/terms", "/logout", "/copyright", "/about", "/help")


class AccountMiddleware:
    """Log out suspended users, and ask users who have not responded to the contributor terms to do so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            if user.status == User.Status.SUSPENDED:
                logout(request)
                return HttpResponseRedirect("/user/suspended")
            if not user.terms_seen and not request.path.startswith(_FREE):
                messages.warning(
                    request, _("Please read the contributor terms and accept or decline them to continue.")
                )
                query = urlencode({"referer": request.get_full_path()}) if request.method == "GET" else ""
                return HttpResponseRedirect(f"/account/terms?{query}")
        return self.get_response(request)
