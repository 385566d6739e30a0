"""Lists of changesets. The page of a single one lies with the elements it shows."""

from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.osm.bbox import BBox
from apps.osm.errors import NotFoundError
from apps.users.cursors import cursor
from apps.users.models import User
from apps.users.profiles import access_mapper

from . import browsing


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
    page = browsing.changeset_page(user=user, boxes=boxes, before=before, after=after)
    kept = urlencode({"bbox": request.GET["bbox"]} if "bbox" in request.GET and user is None else {})
    context = {
        "page": page,
        "list_user": user,
        "in_area": boxes is not None,
        "is_first": before is None and after is None,
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
