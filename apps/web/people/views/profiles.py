"""The public profile of a user."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.osm.errors import NotFoundError
from apps.users.administration import LOCKOUT_EVENTS, available_events
from apps.users.block_querysets import block_counts
from apps.users.models import User, UserRole
from apps.users.querysets import access_profile, activity_of, relation_of, social_links_of
from apps.users.social_links import label_of, url_of
from apps.web.access import is_administrator, is_moderator, viewer_of
from apps.web.errors import no_such_user
from apps.web.moderation.views.administration import EVENTS
from apps.web.parameters import SENT_PATH

_PROFILES = "/user/"


@csp_update({"img-src": "*"})  # type: ignore[arg-type] # its types know no arguments of views
@require_safe
def profile(request: HttpRequest, display_name: str) -> HttpResponse:
    """Show a user's profile. 404 for unknown users and, except to administrators, suspended and deleted ones."""
    viewer = viewer_of(request)
    if namesake := _with_slashes(request):
        return HttpResponsePermanentRedirect(reverse("user", args=[namesake.display_name]))
    try:
        user = access_profile(display_name, viewer=viewer)
    except NotFoundError:
        return no_such_user(request, display_name)
    roles = list(user.roles.all())
    context: dict[str, Any] = {
        "profile": user,
        "activity": activity_of(user),
        "roles": roles,
        "links": [(url_of(link.url), label_of(link.url)) for link in social_links_of(user)],
        "blocks": block_counts(user),
        "may_moderate": is_moderator(request),
        "sees_id": is_moderator(request) or is_administrator(request),
    }
    if viewer is not None and viewer != user and user.is_active:
        context["relation"] = relation_of(viewer, other=user)
    if is_administrator(request):
        context |= _administration(user, viewer=viewer, roles=roles)
    return render(request, "people/profile.html", context)


def _administration(user: User, *, viewer: User | None, roles: list[UserRole]) -> dict[str, Any]:
    """Return what administrators may do with the account: its roles, and events that change its status."""
    held = {role.role for role in roles}
    offered = [event for event in available_events(user) if user != viewer or event not in LOCKOUT_EVENTS]
    return {
        "all_roles": [(role.value, role.label, role.value in held) for role in UserRole.Role],
        "events": [(event, EVENTS[event]) for event in offered],
    }


@require_safe
def moved(request: HttpRequest, display_name: str) -> HttpResponse:
    """Redirect from a display name with unescaped slashes, or of dots, as other sites link to imported users."""
    try:
        user = _with_slashes(request) or access_profile(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    return HttpResponsePermanentRedirect(reverse("user", args=[user.display_name]))


def _with_slashes(request: HttpRequest) -> User | None:
    """Return the user whose name ends in the slash, or contains the slashes, that were removed from the path."""
    sent = request.META.get(SENT_PATH, "")
    if not sent.startswith(_PROFILES):
        return None
    try:
        return access_profile(sent.removeprefix(_PROFILES))
    except NotFoundError:
        return None
