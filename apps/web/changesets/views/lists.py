"""Lists of changesets and of their comments."""

from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.changesets import querysets
from apps.osm.errors import NotFoundError
from apps.users.models import User
from apps.users.querysets import access_mapper, access_profile
from apps.web.access import is_moderator, viewer_of
from apps.web.errors import no_such_user
from apps.web.paging import cursor, page_of
from apps.web.parameters import bboxes_of


@require_safe
@vary_on_headers("HX-Request")
def history(request: HttpRequest, display_name: str | None = None) -> HttpResponse:
    """List the latest changesets of everyone, of the map's area (`bbox`) or of a user; with `list` the rows only."""
    user: User | None = None
    if display_name is not None:
        try:
            user = access_mapper(display_name)
        except NotFoundError:
            return no_such_user(request, display_name)
    before, after = cursor(request)
    bboxes = bboxes_of(request)
    reader = viewer_of(request) if user else None
    found = querysets.listed_changesets(user=user, reader=reader, bboxes=bboxes)
    kept = urlencode({"bbox": request.GET["bbox"]} if "bbox" in request.GET and user is None else {})
    context = {
        "page": page_of(found, before=before, after=after, is_area=len(bboxes or []) == 1),
        "list_user": user,
        "in_area": bboxes is not None,
        "is_first": before is None and after is None,
        # To a list that shows the newer ones already.
        "is_appended": before is not None and "list" in request.GET,
        "kept": f"&{kept}" if kept else "",
    }
    template = "changesets/rows.html" if "list" in request.GET else "changesets/list.html"
    return render(request, template, context)


@require_safe
def user_comments(request: HttpRequest, display_name: str) -> HttpResponse:
    """List a user's comments on changesets, newest first. Moderators see hidden ones too."""
    try:
        author = access_profile(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    before, after = cursor(request)
    found = querysets.comments_by(author, show_hidden=is_moderator(request))
    return render(
        request,
        "changesets/user_comments.html",
        {"author": author, "page": page_of(found, before=before, after=after)},
    )
