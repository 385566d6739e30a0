"""Lists of changesets and of comments, and who follows what. The page of a single changeset lies with the
elements it shows."""

from contextlib import suppress
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.osm.bbox import BBox
from apps.osm.errors import AlreadySubscribedError, NotFoundError, NotSubscribedError
from apps.users.access import is_moderator, login_required, method_meant, moderator_required, session_user
from apps.users.cursors import cursor
from apps.users.models import User
from apps.users.profiles import access_mapper, access_profile

from . import browsing, discussion


@require_safe
@vary_on_headers("HX-Request")
def history(request: HttpRequest, display_name: str | None = None) -> HttpResponse:
    """The latest changesets of everybody, of the map's area (`bbox`) or of a user; `list` asks for the rows alone."""
    user: User | None = None
    if display_name is not None:
        try:
            user = access_mapper(display_name)
        except NotFoundError:
            return render(request, "users/no_such_user.html", {"display_name": display_name}, status=404)
    before, after = cursor(request)
    boxes = boxes_of(request)
    reader = session_user(request) if user and request.user.is_authenticated else None
    page = browsing.changeset_page(user=user, reader=reader, boxes=boxes, before=before, after=after)
    kept = urlencode({"bbox": request.GET["bbox"]} if "bbox" in request.GET and user is None else {})
    context = {
        "page": page,
        "list_user": user,
        "in_area": boxes is not None,
        "is_first": before is None and after is None,
        # To a list that begins with the newer ones already.
        "is_appended": before is not None and "list" in request.GET,
        "kept": f"&{kept}" if kept else "",
    }
    template = "changesets/rows.html" if "list" in request.GET else "changesets/list.html"
    return render(request, template, context)


def boxes_of(request: HttpRequest) -> list[BBox] | None:
    """The boxes of the `bbox` parameter; BadRequest where it is not four numbers."""
    if not request.GET.get("bbox"):
        return None
    try:
        return browsing.parse_boxes(request.GET["bbox"])
    except ValueError:
        raise BadRequest("bbox") from None


@require_safe
def user_comments(request: HttpRequest, display_name: str) -> HttpResponse:
    """What a user wrote about changesets, newest first; moderators see what is hidden too."""
    try:
        author = access_profile(display_name)
    except NotFoundError:
        return render(request, "users/no_such_user.html", {"display_name": display_name}, status=404)
    before, after = cursor(request)
    page = browsing.comment_page(author, show_hidden=is_moderator(request), before=before, after=after)
    return render(request, "changesets/user_comments.html", {"author": author, "page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def subscription(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Asks whether to follow the discussion or to let it go, and does so; what is so already stays so."""
    user = session_user(request)
    try:
        changeset = browsing.access_changeset(changeset_id)
    except NotFoundError:
        raise Http404(changeset_id) from None
    match method_meant(request):
        case "POST":
            with suppress(AlreadySubscribedError):
                discussion.subscribe(user, changeset_id=changeset.pk)
        case "DELETE":
            with suppress(NotSubscribedError):
                discussion.unsubscribe(user, changeset_id=changeset.pk)
        case _:
            context = {"changeset": changeset, "is_followed": browsing.is_followed(changeset, user)}
            return render(request, "changesets/subscription.html", context)
    return HttpResponseRedirect(reverse("changeset", args=[changeset.pk]))


@require_safe
def moved_subscription(request: HttpRequest, changeset_id: int) -> HttpResponse:  # noqa: ARG001
    """`/changeset/1/subscribe` and `/unsubscribe`, as mails of old name the page."""
    return HttpResponsePermanentRedirect(reverse("changeset_subscription", args=[changeset_id]))


@require_POST
@moderator_required
def comment_visibility(request: HttpRequest, comment_id: int, *, visible: bool) -> HttpResponse:
    """Hides a comment, or shows it again."""
    try:
        comment = discussion.set_visibility(session_user(request), comment_id=comment_id, visible=visible)
    except NotFoundError:
        raise Http404(comment_id) from None
    return HttpResponseRedirect(f"{reverse('changeset', args=[comment.changeset_id])}#c{comment.pk}")
