"""The file of a trace, its images, and its line on the map."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.traces import querysets
from apps.traces.downloads import PRIVATE_CACHING, Download, download
from apps.traces.models import Trace
from apps.traces.querysets import access_trace
from apps.web.access import viewer_of
from apps.web.cors import open_to_any_origin
from apps.web.responses import json_response

from ..access import needs_storage

# Only browsers cache these, and only for a while: who may see a trace can change.
_FOR_A_WHILE = "private, max-age=600"
_UNTIL_IT_CHANGES = "max-age=0, private, must-revalidate"


def access_imported(request: HttpRequest, trace_id: int) -> Trace:
    """Return the imported trace. Raises Http404 if there is none, PermissionDenied if the viewer may not see it."""
    try:
        trace = access_trace(trace_id, viewer_of(request))
    except NotFoundError:
        raise Http404(trace_id) from None
    except AccessDeniedError:
        raise PermissionDenied from None
    if not trace.is_imported:
        raise Http404(trace_id)
    return trace


@require_safe
def track(request: HttpRequest, display_name: str, trace_id: int) -> HttpResponse:  # noqa: ARG001
    """Return the line of a trace as GeoJSON."""
    trace = access_imported(request, trace_id)
    response = json_response(querysets.track_of(trace))
    response["Cache-Control"] = _FOR_A_WHILE if trace.is_public else PRIVATE_CACHING
    return response


@require_safe
def picture(request: HttpRequest, display_name: str, trace_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Return the animated image of 250 by 250 pixels."""
    return _image(request, trace_id, lambda trace: trace.picture)


@require_safe
def icon(request: HttpRequest, display_name: str, trace_id: int) -> HttpResponseBase:  # noqa: ARG001
    """Return the image of 50 by 50 pixels."""
    return _image(request, trace_id, lambda trace: trace.icon)


def _image(request: HttpRequest, trace_id: int, of: Callable[[Trace], FieldFile]) -> HttpResponseBase:
    trace = access_imported(request, trace_id)
    caching = _FOR_A_WHILE if trace.is_public else PRIVATE_CACHING
    try:
        return FileResponse(of(trace).open(), content_type="image/gif", headers={"Cache-Control": caching})
    except (ValueError, FileNotFoundError):
        raise Http404(trace_id) from None


@open_to_any_origin("GET")
@needs_storage
def data(request: HttpRequest, trace_id: int, suffix: str | None = None) -> HttpResponseBase:
    """Return the file as it was uploaded or, with the suffix `gpx` or `xml`, unpacked; 404 for anyone who may not read it."""
    try:
        viewer = viewer_of(request)
        return _file(download(access_trace(trace_id, viewer), suffix, viewer))
    except (NotFoundError, AccessDeniedError):
        raise Http404(trace_id) from None


def _file(found: Download) -> HttpResponseBase:
    response = FileResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["Cache-Control"] = _UNTIL_IT_CHANGES if found.is_public else PRIVATE_CACHING
    return response
