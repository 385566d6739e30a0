"""The public page of a user."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.osm.errors import NotFoundError
from apps.users.access import is_moderator
from apps.users.blocks import block_counts
from apps.users.profiles import access_profile, activity_of


@require_safe
def profile(request: HttpRequest, display_name: str) -> HttpResponse:
    """Who the user is and what they did; 404 for who is suspended, deleted or unknown."""
    try:
        user = access_profile(display_name)
    except NotFoundError:
        return render(request, "users/no_such_user.html", {"display_name": display_name}, status=404)
    context = {
        "profile": user,
        "activity": activity_of(user),
        "roles": list(user.roles.all()),
        "blocks": block_counts(user),
        "may_moderate": is_moderator(request),
    }
    return render(request, "users/profile.html", context)


@require_safe
def moved(request: HttpRequest, display_name: str) -> HttpResponse:
    """An imported name with a slash in it, as other sites write its address."""
    try:
        user = access_profile(display_name)
    except NotFoundError:
        return render(request, "users/no_such_user.html", {"display_name": display_name}, status=404)
    return HttpResponsePermanentRedirect(reverse("user", args=[user.display_name]))
