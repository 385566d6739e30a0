"""GPS traces: points in a bbox, files, and metadata (upstream behaviour 1.14)."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.http import FileResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.osm.bbox import parse_map_bbox
from apps.osm.errors import AccessDeniedError, BadRequestError, NotAuthenticatedError, NotFoundError
from apps.traces import actions
from apps.traces.downloads import PRIVATE_CACHING, download
from apps.traces.models import Trace
from apps.traces.querysets import access_own_trace, access_trace, own_traces
from apps.traces.trackpoints import page

from ..calls import Token, call
from ..dialects import TRACES
from ..formats import traces as formats
from ..parsers import DocumentParser, UploadParser, document
from ..permissions import READ_TRACES, WRITE_TRACES, enforce, welcome
from ..renderers import GPX, XML
from .base import ROWS_PER_FETCH, ApiView, plain_text

_LEADING_INTEGER = re.compile(r"\s*[-+]?[0-9]{1,15}")


class _TracesView(ApiView):
    """Calls that do not exist if the operator has disabled traces."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if settings.TRACES_DISABLED:
            raise NotFoundError
        super().initial(request, *args, **kwargs)

    def access_readable(self, trace_id: int) -> Trace:
        """Return the trace if it is public or the caller's own; a public one needs no token (API page).

        Failed uploads are not found, as on openstreetmap.org, which deletes them.
        """
        trace = self._access(trace_id)
        if not trace.is_public:
            enforce(self.request, READ_TRACES)
        if trace.state == Trace.State.FAILED:
            raise NotFoundError
        return trace

    def _access(self, trace_id: int) -> Trace:
        user = welcome(self.request)
        try:
            return access_trace(trace_id, user)
        except AccessDeniedError:
            if user is None:
                raise NotAuthenticatedError from None
            enforce(self.request, READ_TRACES)
            raise


class Trackpoints(_TracesView):
    renderer_classes = [GPX]
    any_format = True

    @call(TRACES)
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


class OwnTraces(_TracesView):
    """The user's own traces, without those that failed."""

    @call(TRACES, needs=READ_TRACES)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        traces = own_traces(self.user).iterator(chunk_size=ROWS_PER_FETCH)
        return self.respond_with_list("traces", traces, json=formats.as_dict, xml=formats.append)


class TraceCreation(_TracesView):
    renderer_classes = [XML]
    any_format = True

    @call(TRACES, needs=WRITE_TRACES, writes=True, body=UploadParser)
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        actions.check_online()
        form: Mapping[str, Any] = cast("Mapping[str, Any]", request.data)
        file = request.FILES.get("file")
        if file is None:
            # A `file` field that is not a file is refused without a message (upstream behaviour 1.14).
            raise BadRequestError("" if "file" in form else "The file is missing")
        trace = actions.upload(
            self.user,
            file=file,
            description=form.get("description", ""),
            tags=form.get("tags", ""),
            visibility=_visibility(form),
        )
        return plain_text(str(trace.pk))


class TraceDetails(_TracesView):
    """The deprecated path."""

    @call(TRACES, needs=READ_TRACES, token=Token.IF_PRIVATE)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        trace = self.access_readable(osm_id)
        return self.respond_with(
            json=lambda: {"trace": formats.as_dict(trace)}, xml=partial(formats.append, trace=trace)
        )


class TraceDetail(TraceDetails):
    @call(TRACES, needs=WRITE_TRACES, writes=True, plain_text=True, body=DocumentParser)
    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        trace = access_own_trace(osm_id, self.user)
        new = formats.read(document(request), osm_id)
        actions.update(
            self.user, trace=trace, description=new.description, tags=new.tags, visibility=new.visibility
        )
        return plain_text()

    @call(TRACES, needs=WRITE_TRACES, writes=True, plain_text=True)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.check_online()
        actions.delete(self.user, trace=access_own_trace(osm_id, self.user))
        return plain_text()


class TraceData(_TracesView):
    """The file as it was uploaded, or unpacked with `.gpx` and `.xml`."""

    renderer_classes = [XML, GPX]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        # Without a suffix the response is whatever was uploaded.
        return super().perform_content_negotiation(request, force or not self.kwargs["suffix"])

    @call(TRACES, needs=READ_TRACES, token=Token.IF_PRIVATE)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.check_online()
        found = download(self.access_readable(osm_id), suffix, welcome(request))
        response = FileResponse(found.content, content_type=found.content_type)
        response["Content-Disposition"] = f'attachment; filename="{found.name}"'
        if not found.is_public:
            response["Cache-Control"] = PRIVATE_CACHING
        return response


def _visibility(form: Any) -> str:
    """Return `visibility`, or the equivalent of `public` from older clients (API page); empty without either."""
    if "visibility" in form or "public" not in form:
        return str(form.get("visibility", ""))
    return Trace.Visibility.PUBLIC if form["public"] in {"1", "true"} else Trace.Visibility.PRIVATE
