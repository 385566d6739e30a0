"""Typed getters for what browsers send in the query string or a form."""

from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from apps.osm.bbox import BBox, parse_bboxes

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
SENT_PATH = "osmsite.sent_path"
"""The key in `request.META` of a path from which superfluous slashes have been removed."""
_OVERRIDES = {"PUT", "PATCH", "DELETE"}


def bboxes_of(request: HttpRequest) -> list[BBox] | None:
    """Return the bounding boxes of the `bbox` parameter, None without one. Raises BadRequest."""
    if not request.GET.get("bbox"):
        return None
    try:
        return parse_bboxes(request.GET["bbox"])
    except ValueError:
        raise BadRequest("bbox") from None


def safe_path(referer: str | None) -> str | None:
    """Return path, query and fragment of a `referer` parameter, or None if it leads off this site."""
    try:
        parts = urlsplit(referer or "")
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"} or not parts.path.startswith("/"):
        return None
    path = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else None


def method_meant(request: HttpRequest) -> str:
    """Return the method that is meant: browsers' forms can only name PUT and DELETE in the field `_method`."""
    meant = request.POST.get("_method", "").upper()
    return meant if request.method == "POST" and meant in _OVERRIDES else str(request.method)


def is_form(request: HttpRequest) -> bool:
    """Return whether the body is a form. Django takes any other body for a form without fields."""
    return request.content_type in {FORM, MULTIPART}
