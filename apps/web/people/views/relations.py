"""Follow and mute users, and list the muted ones."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.osm.errors import NotFoundError
from apps.users import relations
from apps.users.errors import TooManyFollowsError
from apps.users.models import User
from apps.users.querysets import access_mapper, access_profile, mutes_of, relation_of
from apps.web.access import login_required, session_user
from apps.web.accounts.views.sessions import referer_of
from apps.web.errors import no_such_user
from apps.web.parameters import method_meant
from apps.web.refusals import refusal_of, with_retry_after


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def follow(request: HttpRequest, display_name: str) -> HttpResponse:
    """Ask for confirmation; POST follows the user, DELETE (or `_method`) unfollows them."""
    user = session_user(request)
    try:
        other = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    if request.method in {"GET", "HEAD"}:
        return _ask_to_follow(request, user, other)
    if method_meant(request) == "DELETE":
        if relations.unfollow(user, other=other):
            messages.success(request, _("You have unfollowed {name}.").format(name=other.display_name))
        else:
            messages.warning(request, _("You are not following {name}.").format(name=other.display_name))
        return _back(request, other)
    try:
        is_new = relations.follow(user, other=other)
    except NotFoundError:
        return no_such_user(request, display_name)
    except TooManyFollowsError as error:
        status, words = refusal_of(error)
        messages.error(request, str(words))
        return with_retry_after(_ask_to_follow(request, user, other, status=status), error)
    else:
        if is_new:
            messages.success(request, _("You are now following {name}.").format(name=other.display_name))
        else:
            messages.warning(request, _("You are already following {name}.").format(name=other.display_name))
    return _back(request, other)


@never_cache
@require_http_methods(["POST", "DELETE"])
@login_required
def mute(request: HttpRequest, display_name: str) -> HttpResponse:
    """Mute the user; DELETE (or `_method`) unmutes them."""
    user = session_user(request)
    try:
        other = access_profile(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    if method_meant(request) == "DELETE":
        relations.unmute(user, other=other)
        messages.success(request, _("You have unmuted {name}.").format(name=other.display_name))
        return _back(request, other)
    try:
        relations.mute(user, other=other)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("You have muted {name}.").format(name=other.display_name))
    return _back(request, other)


@never_cache
@require_safe
@login_required
def mutes(request: HttpRequest) -> HttpResponse:
    """List the users whom the user has muted; redirect to the account page if there are none."""
    muted = list(mutes_of(session_user(request)))
    if not muted:
        messages.success(request, _("You have not muted anyone."))
        return HttpResponseRedirect(reverse("account"))
    return render(request, "people/mutes.html", {"mutes": muted})


def _ask_to_follow(
    request: HttpRequest, user: User, other: User, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    is_followed = relation_of(user, other=other).follows
    question = _("Unfollow {name}?") if is_followed else _("Follow {name}?")
    context = {
        "profile": other,
        "question": question.format(name=other.display_name),
        "method": "delete" if is_followed else "",
        "button": _("Unfollow") if is_followed else _("Follow"),
        "referer": referer_of(request),
    }
    return render(request, "people/ask.html", context, status=status)


def _back(request: HttpRequest, other: User) -> HttpResponse:
    return HttpResponseRedirect(referer_of(request) or reverse("user", args=[other.display_name]))
