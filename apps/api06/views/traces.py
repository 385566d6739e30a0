"""GPS traces: their points in a box, and the files with what is said about them (upstream behaviour 1.14)."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.osm import osmjson, osmxml
from apps.osm.bbox import parse_map_bbox
from apps.osm.errors import (
    AccessDeniedError,
    BadRequestError,
    NotAuthenticatedError,
    NotFoundError,
    TooLargeError,
)
from apps.osm.formats import Format
from apps.traces import actions
from apps.traces.downloads import Download, download
from apps.traces.models import Trace as Upload
from apps.traces.querysets import access_own_trace, access_trace, described_traces
from apps.traces.trackpoints import page
from apps.traces.uploads import UnnamedFileHandler, check_length

from ..bodies import body
from ..documents import ORIGIN
from ..formats import traces as formats
from ..permissions import READ_TRACES, WRITE_TRACES, caller, require, welcome
from ..renderers import GPX, XML
from .base import ApiView

_LEADING_INTEGER = re.compile(r"\s*[-+]?[0-9]{1,15}")


class TracesView(ApiView):
    """A call that is not there where the instance has no traces."""

    words = {**ApiView.words, AccessDeniedError: ""}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.TRACES_DISABLED:
            raise NotFoundError
        super().initial(request, *args, **kwargs)


class _InAnyFormat(TracesView):
    """Answers in one format, whatever `Accept` says."""

    def perform_content_negotiation(self, request: Request, force: bool = True) -> tuple[BaseRenderer, str]:
        return super().perform_content_negotiation(request, force=True)


class Trackpoints(_InAnyFormat):
    renderer_classes = [GPX]

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        match = _LEADING_INTEGER.match(request.GET.get("page", ""))
        number = int(match.group()) if match else 0
        if number < 0:
            raise BadRequestError("Page number must be greater than or equal to 0")
        bbox = parse_map_bbox(request.GET.get("bbox"), settings.MAX_REQUEST_AREA)
        count = settings.TRACEPOINTS_PER_PAGE
        found = page(bbox, first=number * count, count=count)
        return self.respond(
            b"".join(formats.gpx(found)), {"Content-Disposition": 'attachment; filename="tracks.gpx"'}
        )


class OwnTraces(TracesView):
    """The caller's own traces; those that failed are for the pages."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = require(request, **READ_TRACES)
        traces = described_traces().filter(user=user).exclude(state=Upload.State.FAILED).order_by("pk")
        if self.output_format is Format.JSON:
            return self.respond(
                osmjson.document(ORIGIN, {"traces": [formats.as_dict(trace) for trace in traces]})
            )
        document = osmxml.root("osm", ORIGIN)
        for trace in traces:
            formats.append(document, trace)
        return self.respond(osmxml.serialize(document))


class TraceCreation(_InAnyFormat):
    renderer_classes = [XML]
    writes = True

    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = require(request, **WRITE_TRACES)
        actions.check_online()
        form, file = _upload(request)
        trace = actions.upload(
            user,
            file=file,
            description=form.get("description", ""),
            tags=form.get("tags", ""),
            visibility=_visibility(form),
        )
        return HttpResponse(str(trace.pk), content_type="text/plain; charset=utf-8")


class Details(TracesView):
    """What is said about a trace."""

    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        trace = _readable(request, osm_id)
        if self.output_format is Format.JSON:
            return self.respond(osmjson.document(ORIGIN, {"trace": formats.as_dict(trace)}))
        document = osmxml.root("osm", ORIGIN)
        formats.append(document, trace)
        return self.respond(osmxml.serialize(document))


class Trace(Details):
    writes = True

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **WRITE_TRACES)
        trace = access_own_trace(osm_id, user)
        new = formats.read(body(request), osm_id)
        actions.update(
            user, trace=trace, description=new.description, tags=new.tags, visibility=new.visibility
        )
        return _done()

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **WRITE_TRACES)
        actions.check_online()
        actions.delete(user, trace=access_own_trace(osm_id, user))
        return _done()


class Data(TracesView):
    """The file: as it was uploaded, or unpacked with `.gpx` and `.xml`."""

    renderer_classes = [XML, GPX]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        # Without a suffix the answer is whatever was uploaded.
        return super().perform_content_negotiation(request, force or not self.kwargs["suffix"])

    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.check_online()
        trace = _readable(request, osm_id)
        return _file(download(trace, suffix))


def _readable(request: Request, trace_id: int) -> Upload:
    """The trace, if it is public or the caller's own; a public one needs no token (API page).

    Of a failed upload nothing is known here, as on openstreetmap.org, which forgets it.
    """
    trace = _found(request, trace_id)
    if not trace.is_public:
        require(request, **READ_TRACES)
    if trace.state == Upload.State.FAILED:
        raise NotFoundError
    return trace


def _found(request: Request, trace_id: int) -> Upload:
    user = welcome(request)
    try:
        return access_trace(trace_id, user)
    except AccessDeniedError:
        if caller(request) is None:
            raise NotAuthenticatedError from None
        require(request, **READ_TRACES)
        raise


def _upload(request: Request) -> tuple[QueryDict, "UploadedFile[bytes]"]:
    """The form that was sent, and the file in it. Raises TooLargeError, BadRequestError."""
    http = request._request
    check_length(http.META.get("CONTENT_LENGTH"))
    http.upload_handlers = [UnnamedFileHandler(http)]
    try:
        form, file = http.POST, http.FILES.get("file")
    except RequestDataTooBig as error:
        raise TooLargeError(str(error)) from None
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise BadRequestError(f"The form cannot be read: {error}") from None
    if file is None:
        # In place of a file anything else is refused without a word (upstream behaviour 1.14).
        raise BadRequestError("" if "file" in form else "The file is missing")
    return form, file


def _visibility(form: QueryDict) -> str:
    """`visibility`, or `public` of older clients (API page); nothing where that is not to be had."""
    if "visibility" in form or "public" not in form:
        return form.get("visibility", "")
    return Upload.Visibility.PUBLIC if form["public"] in {"1", "true"} else Upload.Visibility.PRIVATE


def _done() -> HttpResponse:
    return HttpResponse(content_type="text/plain; charset=utf-8")


def _file(found: Download) -> HttpResponseBase:
    response = FileResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response
