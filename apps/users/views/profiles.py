"""The public page of a user."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.osm.errors import NotFoundError
from apps.users.models import User, UserRole
from apps.users.profiles import access_profile, activity_of
from apps.users.social_links import address_of, name_of

SEE_IDS = [UserRole.Role.MODERATOR, UserRole.Role.ADMINISTRATOR]


@csp_update({"img-src": "*"})  # type: ignore[arg-type] # its types know no arguments of views
@require_safe
def profile(request: HttpRequest, display_name: str) -> HttpResponse:
    """Who the user is and what they did; 404 for who is unknown or, but to administrators, gone."""
    viewer = request.user if isinstance(request.user, User) else None
    try:
        user = access_profile(display_name, viewer=viewer)
    except NotFoundError:
        return render(request, "users/no_such_user.html", {"display_name": display_name}, status=404)
    context = {
        "profile": user,
        "activity": activity_of(user),
        "roles": list(user.roles.all()),
        "links": [(address_of(link.url), name_of(link.url)) for link in user.social_links.order_by("pk")],
        "sees_id": viewer is not None and viewer.roles.filter(role__in=SEE_IDS).exists(),
    }
    return render(request, "users/profile.html", context)
