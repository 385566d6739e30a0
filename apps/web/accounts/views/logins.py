"""The page that lists where a user is logged in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.users.sessions import end_session, end_sessions, sessions_of
from apps.web.access import login_required, session_user

from ..browsers import browser_name


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the user's sessions; POST ends the one that `session` names, or all but the current one without it."""
    user, current = session_user(request), request.session.session_key
    if request.method != "POST":
        listed = [(found, browser_name(found.user_agent)) for found in sessions_of(user, current=current)]
        return render(request, "accounts/sessions.html", {"sessions": listed})
    if "session" in request.POST:
        end_session(user, handle=request.POST["session"])
        messages.success(request, _("The session has ended."))
    else:
        end_sessions(user, keep=current)
        messages.success(request, _("All your other sessions have ended."))
    return HttpResponseRedirect(reverse("sessions"))
