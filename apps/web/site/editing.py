"""Editors: iD in a frame of the site, or one on the user's own computer (upstream behaviour 2.17)."""

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.elements.querysets import is_visible
from apps.instance.status import ONLINE, service_status
from apps.oauth.actions import editor_token
from apps.osm.elements import MAX_ID, ElementRef, ElementType
from apps.users.block_querysets import active_block
from apps.users.models import User, UserBlock
from apps.web.access import login_required, session_user

from .redirects import from_old_position

REMOVED = ("potlatch", "potlatch2")
_PACKAGES_NEEDED = "@openstreetmap/id/dist"


@never_cache
@require_safe
def edit(request: HttpRequest) -> HttpResponse:
    """Open the editor that the URL names, else the user's preferred one, else the default of the instance."""
    moved = from_old_position(request)
    if moved:
        return moved
    editor = request.GET.get("editor") or getattr(request.user, "preferred_editor", None)
    if editor in REMOVED:
        return _instead(request, _("This editor is no longer available, because it needed Flash."))
    if editor not in User.Editor.values:
        editor = settings.DEFAULT_EDITOR
    return _remote_control(request) if editor == User.Editor.REMOTE else _in_browser(request)


def _remote_control(request: HttpRequest) -> HttpResponse:
    """Show the map; its script sends the visible area to the editor."""
    ref = _element(request)
    context: dict[str, Any] = {"remote_control": True}
    if ref:
        address = f"/api/0.6/{ref.type.label}/{ref.id}{'' if ref.type is ElementType.NODE else '/full'}.json"
        context["map_data"] = {"kind": "element", "type": ref.type.label, "id": ref.id, "url": address}
    return render(request, "site/home.html", context)


@login_required
def _in_browser(request: HttpRequest) -> HttpResponse:
    """Show the page around iD's frame, or why it cannot be shown."""
    user = session_user(request)
    if service_status().api != ONLINE:
        return _instead(
            request, _("The map cannot be edited at the moment, because the server is down for maintenance.")
        )
    if block := active_block(user):
        return _instead(
            request, _("Your account is blocked, so you cannot edit the map right now."), block=block
        )
    if not user.data_public:
        return _instead(request, _("Your edits are not public, so you cannot edit the map."), link="account")
    if user.terms_agreed is None:
        return _instead(
            request,
            _("You have not agreed to the contributor terms, so you cannot edit the map."),
            link="terms",
        )
    if _PACKAGES_NEEDED not in settings.EDITOR_FOLDERS:
        return _instead(request, _("The editor is not installed on this server."))
    ref, note, trace = _element(request), _id(request, "note"), _id(request, "gpx")
    selected = f"{ref.type.label[0]}{ref.id}" if ref else f"note/{note}" if note else ""
    return render(request, "site/edit.html", {"selected": selected, "trace": trace})


def _instead(
    request: HttpRequest, reason: str, *, link: str = "", block: UserBlock | None = None
) -> HttpResponse:
    return render(request, "site/edit_not.html", {"reason": reason, "link": link, "block_shown": block})


# iD loads images and calls services of many hosts, as the user chooses, and its spatial index generates functions.
@csp_update(
    {
        "script-src": ["'self'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["*"],
        "connect-src": ["*"],
        "worker-src": ["blob:"],
    }
)
@never_cache
@require_safe
@login_required
def id_frame(request: HttpRequest) -> HttpResponse:
    """Show iD with the user's token. No cache may store this page, and no other site may frame it."""
    # Nothing could be saved, and a read-only database could not store a token.
    if service_status().api != ONLINE:
        return HttpResponseRedirect(reverse("edit"))
    user = session_user(request)
    if active_block(user):
        return HttpResponseRedirect(reverse("edit"))
    token = editor_token(user, request.session)
    folders = {
        folder: f"{settings.STATIC_URL}{prefix}/" for folder, prefix in settings.EDITOR_FOLDERS.items()
    }
    context = {"token": token, "folders": folders, "assets": folders.get(_PACKAGES_NEEDED, "")}
    response = render(request, "site/id.html", context)
    # Imagery services want to know which site their users come from.
    response["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _element(request: HttpRequest) -> ElementRef | None:
    """Return the element that the URL names, if it is visible."""
    for kind in ElementType:
        number = _id(request, kind.label)
        if number:
            ref = ElementRef(kind, number)
            return ref if is_visible(ref) else None
    return None


def _id(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return number if 0 < number <= MAX_ID else None
