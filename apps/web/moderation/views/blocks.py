"""Pages of blocks: public to read, and for moderators to create, change and revoke (upstream behaviour 2.11)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.osm.errors import NotFoundError
from apps.users import blocks
from apps.users.block_querysets import access_block, block_counts, blocks_with_users
from apps.users.models import User, UserBlock
from apps.users.querysets import access_mapper, access_profile
from apps.web.access import denied, is_moderator, moderator_required, session_user
from apps.web.errors import no_such_user
from apps.web.paging import cursor, page_of
from apps.web.parameters import method_meant, safe_path

from ..forms.blocks import BlockForm, ReasonForm, RevokeAllForm, initial_of


@require_http_methods(["GET", "HEAD", "POST"])
def all_blocks(request: HttpRequest) -> HttpResponse:
    """List the blocks of all users; POST creates one."""
    return _create(request) if request.method == "POST" else _list(request)


def blocks_on(request: HttpRequest, display_name: str) -> HttpResponse:
    """List the blocks that a user has received; DELETE revokes the active ones."""
    method = method_meant(request)
    if method not in {"GET", "HEAD", "DELETE"}:
        return HttpResponseNotAllowed(["GET", "DELETE"])
    if method == "DELETE":
        return _revoke_all(request, display_name)
    try:
        return _list(request, on=access_profile(display_name))
    except NotFoundError:
        return no_such_user(request, display_name)


@require_safe
def blocks_by(request: HttpRequest, display_name: str) -> HttpResponse:
    """List the blocks that a user has given."""
    try:
        return _list(request, by=access_profile(display_name))
    except NotFoundError:
        return no_such_user(request, display_name)


def _list(request: HttpRequest, *, on: User | None = None, by: User | None = None) -> HttpResponse:
    before, after = cursor(request)
    found = on.blocks.all() if on else by.blocks_created.all() if by else None
    context = {
        "page": page_of(blocks_with_users(found), before=before, after=after),
        "is_first": before is None and after is None,
        "on": on,
        "by": by,
        "may_moderate": is_moderator(request),
    }
    return render(request, "moderation/blocks.html", context)


@never_cache
def block(request: HttpRequest, block_id: int) -> HttpResponse:
    """Show a block, which counts as read once the blocked user has opened it; PUT changes it."""
    method = method_meant(request)
    if method not in {"GET", "HEAD", "PUT", "PATCH"}:
        return HttpResponseNotAllowed(["GET", "PUT", "PATCH"])
    if method in {"PUT", "PATCH"}:
        return _change(request, block_id)
    try:
        found = access_block(block_id)
    except NotFoundError:
        return _no_such_block(request, block_id)
    if request.user.is_authenticated and method == "GET":
        blocks.mark_block_read(session_user(request), block=found)
    context = {
        "user_block": found,
        "is_own": request.user == found.user,
        "may_change": is_moderator(request) and blocks.may_change(session_user(request), found),
        "referer": safe_path(request.GET.get("referer")),
    }
    return render(request, "moderation/block.html", context)


@require_safe
@moderator_required
def new(request: HttpRequest, display_name: str) -> HttpResponse:
    """Show the form of a new block."""
    try:
        return _form(request, BlockForm(), user=access_mapper(display_name))
    except NotFoundError:
        return no_such_user(request, display_name)


@moderator_required
def _create(request: HttpRequest) -> HttpResponse:
    display_name = request.POST.get("display_name", "")
    try:
        user = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    form = BlockForm(request.POST)
    if form.is_valid():
        try:
            created = blocks.block_user(
                session_user(request),
                user=user,
                reason=form.cleaned_data["reason"],
                hours=form.cleaned_data["period"],
                needs_view=form.cleaned_data["needs_view"],
            )
        except ValidationError as error:
            form.add_error("reason", error)
        else:
            messages.success(request, _("%(name)s has been blocked.") % {"name": user.display_name})
            return redirect("user_block", created.pk)
    return _form(request, form, user=user)


@never_cache
@require_safe
def edit(request: HttpRequest, block_id: int) -> HttpResponse:
    """Show the form of an existing block."""
    return _change(request, block_id)


@moderator_required
def _change(request: HttpRequest, block_id: int) -> HttpResponse:
    moderator = session_user(request)
    try:
        found = access_block(block_id)
    except NotFoundError:
        return _no_such_block(request, block_id)
    if not blocks.may_change(moderator, found):
        return denied(request)
    if request.method in {"GET", "HEAD"}:
        kind = BlockForm if found.is_active and found.creator_id == moderator.pk else ReasonForm
        return _form(request, kind(initial=initial_of(found)), block=found)
    is_whole = "period" in request.POST or found.is_active
    form = BlockForm(request.POST) if is_whole and "revoke" not in request.POST else ReasonForm(request.POST)
    if form.is_valid():
        try:
            blocks.change_block(
                moderator,
                block_id=found.pk,
                reason=form.cleaned_data["reason"],
                hours=form.cleaned_data.get("period", 0),
                needs_view=form.cleaned_data.get("needs_view", False),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The block has been updated."))
            return redirect("user_block", found.pk)
    return _form(request, form, block=found)


@never_cache
@require_safe
def revoke_all(request: HttpRequest, display_name: str) -> HttpResponse:
    """Ask whether to revoke all active blocks of a user."""
    return _revoke_all(request, display_name)


@moderator_required
def _revoke_all(request: HttpRequest, display_name: str) -> HttpResponse:
    try:
        user = access_profile(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    form = RevokeAllForm(request.POST if request.method in {"POST", "DELETE"} else None)
    if form.is_valid():
        revoked = blocks.revoke_blocks(session_user(request), user=user)
        text = ngettext("%d block has been revoked.", "%d blocks have been revoked.", revoked)
        messages.success(request, text % revoked)
        return HttpResponseRedirect(reverse("blocks_on", args=[user.display_name]))
    context = {"form": form, "blocked": user, "counts": block_counts(user)}
    return render(request, "moderation/revoke_blocks.html", context)


def _form(
    request: HttpRequest, form: ReasonForm, *, user: User | None = None, block: UserBlock | None = None
) -> HttpResponse:
    context = {"form": form, "blocked": block.user if block else user, "user_block": block}
    return render(request, "moderation/block_form.html", context)


def _no_such_block(request: HttpRequest, block_id: int) -> HttpResponse:
    return render(request, "moderation/no_such_block.html", {"block_id": block_id}, status=404)
