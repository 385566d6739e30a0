"""Pages for administrators: the roles and the status of an account, and the list of all accounts."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.osm.errors import NotFoundError
from apps.users import administration
from apps.users.models import User, UserRole
from apps.users.permissions import has_role
from apps.users.querysets import access_profile, count_up_to, search_users
from apps.web.access import administrator_required, session_user
from apps.web.errors import no_such_user
from apps.web.paging import cursor, page_of
from apps.web.parameters import method_meant, safe_path

from ..forms.users import UserListForm

_PAGE_SIZE = 50
_MAX_SELECTED = 500
_MAX_COUNTED = 500

EVENTS = {
    "activate": gettext_lazy("Activate"),
    "confirm": gettext_lazy("Confirm"),
    "unconfirm": gettext_lazy("Unconfirm"),
    "suspend": gettext_lazy("Suspend"),
    "unsuspend": gettext_lazy("Unsuspend"),
    administration.DESTROY: gettext_lazy("Delete"),
    "undelete": gettext_lazy("Undelete"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@administrator_required
def role(request: HttpRequest, display_name: str, role: str) -> HttpResponse:
    """Ask for confirmation; POST grants the role, DELETE (or a form that stands for it) revokes it."""
    administrator = session_user(request)
    try:
        user = access_profile(display_name, viewer=administrator)
    except NotFoundError:
        return no_such_user(request, display_name)
    profile = HttpResponseRedirect(reverse("user", args=[user.display_name]))
    if request.method in {"GET", "HEAD"}:
        if role not in UserRole.Role.values:
            return profile
        return _ask_for_role(request, user, UserRole.Role(role))
    is_revoked = method_meant(request) == "DELETE"
    action = administration.revoke_role if is_revoked else administration.grant_role
    try:
        action(administrator, user=user, role=role)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return profile


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def status(request: HttpRequest, display_name: str) -> HttpResponse:
    """Ask for confirmation; POST applies the `event` to the status of the account."""
    administrator = session_user(request)
    try:
        user = access_profile(display_name, viewer=administrator)
    except NotFoundError:
        return no_such_user(request, display_name)
    event = request.POST.get("event") or request.GET.get("event", "")
    if event not in EVENTS:
        raise BadRequest("event")
    if request.method in {"GET", "HEAD"}:
        question = _("{change} the account of {name}?").format(change=EVENTS[event], name=user.display_name)
        context = {
            "profile": user,
            "question": question,
            "event": event,
            "button": EVENTS[event],
            "is_harsh": event in administration.LOCKOUT_EVENTS,
        }
        return render(request, "people/ask.html", context)
    try:
        administration.change_status(administrator, user=user, event=event)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    user.refresh_from_db(fields=["display_name"])
    return HttpResponseRedirect(reverse("user", args=[user.display_name]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrator_required
def users(request: HttpRequest, status: str = "") -> HttpResponse:
    """List accounts, newest first, filtered by status, name, IP address and edits; POST confirms or suspends some."""
    if request.method == "POST":
        return _change_many(request)
    before, after = cursor(request)
    form = UserListForm(data={"status": status, **request.GET.dict()})
    found = search_users(**form.cleaned_data) if form.is_valid() else User.objects.none()
    filters = request.GET.copy()
    for name in ("before", "after"):
        filters.pop(name, None)
    context = {
        "form": form,
        "page": page_of(found, before=before, after=after, size=_PAGE_SIZE),
        "total": count_up_to(found, _MAX_COUNTED),
        "most_counted": _MAX_COUNTED,
        "filters": f"&{filters.urlencode()}" if filters else "",
    }
    return render(request, "moderation/users.html", context)


def _change_many(request: HttpRequest) -> HttpResponse:
    given = request.POST.getlist("user_ids")
    if len(given) > _MAX_SELECTED or not all(user_id.isdecimal() and len(user_id) < 19 for user_id in given):
        raise BadRequest("user_ids")
    event = "confirm" if "confirm" in request.POST else "suspend" if "hide" in request.POST else ""
    try:
        changed = administration.change_statuses(
            session_user(request), user_ids=[int(user_id) for user_id in given], event=event
        )
    except ValidationError:
        raise BadRequest("event") from None
    text = ngettext("{n} account has been updated.", "{n} accounts have been updated.", changed)
    messages.success(request, text.format(n=changed))
    return HttpResponseRedirect(safe_path(request.POST.get("referer")) or reverse("users"))


def _ask_for_role(request: HttpRequest, user: User, role: UserRole.Role) -> HttpResponse:
    is_held = has_role(user, role)
    text = _("Revoke the {role} role from {name}?") if is_held else _("Grant the {role} role to {name}?")
    context = {
        "profile": user,
        "question": text.format(role=role.label, name=user.display_name),
        "method": "delete" if is_held else "",
        "button": _("Revoke") if is_held else _("Grant"),
        "is_harsh": is_held,
    }
    return render(request, "people/ask.html", context)
