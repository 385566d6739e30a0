"""Calls to upload, describe and download GPS traces, and for their points in a bbox."""

from dataclasses import replace

from django.conf import settings

from apps.osm import edit_errors, errors
from apps.traces import errors as traces_errors
from apps.traces.models import Trace

from .call import NOTHING, Call, Calls, number
from .words import (
    BINARY,
    BOOLEAN,
    BOX,
    GPX,
    ID,
    JSON,
    LAT,
    LON,
    MULTIPART,
    STRING,
    TEXT_255,
    TIME,
    XML,
    Content,
    Schema,
    in_path,
    listed,
    obj,
    one_of,
    osm,
    osm_json,
    query,
    ref,
    tag,
)

_VISIBILITY = one_of(*map(str, Trace.Visibility))
_HEAD: dict[str, Schema] = {
    "id": ID,
    "name": STRING,
    "uid": ID,
    "user": STRING,
    "visibility": _VISIBILITY,
    "pending": BOOLEAN,
    "timestamp": TIME,
    "lat?": LAT,
    "lon?": LON,
}

SCHEMAS: dict[str, Schema] = {
    "TraceXml": tag(
        "gpx_file",
        **{f"@{key}": schema for key, schema in _HEAD.items()},
        **{"description": STRING, "tag*": STRING},
    ),
    "TraceJson": obj(**_HEAD, description=STRING, tags=listed(STRING)),
    "TraceSent": tag(
        "gpx_file", **{"@id": ID, "@visibility": _VISIBILITY, "description": TEXT_255, "tag*": TEXT_255}
    ),
    "TraceUpload": {
        "type": "object",
        "properties": {
            "file": BINARY,
            "description": TEXT_255,
            "tags": STRING | {"description": "Separated by commas or spaces"},
            "visibility": _VISIBILITY,
        },
        "required": ["file", "description", "visibility"],
    },
}

_TRACE: Content = {XML: osm(gpx_file=ref("TraceXml")), JSON: osm_json(trace=ref("TraceJson"))}
_SENT: Content = {XML: tag("osm", gpx_file=ref("TraceSent"))}
_ID = in_path("id", ID, "The id of the trace")
_FOREIGN = errors.AccessDeniedError()
_OFFLINE = traces_errors.GpxOfflineError()
_BAD_DESCRIPTION = traces_errors.InvalidTraceError("description", "can't be blank")
_PACKED = ("application/gzip", "application/x-bzip2", "application/zip", "application/x-tar")
_CREATION = Call(
    id="createTrace",
    summary="Upload a trace",
    description="The response is its id. The points are imported later, in the background.",
    tag="GPS traces",
    body={MULTIPART: ref("TraceUpload")},
    example={"file": "<gpx/>", "description": "Along the river", "visibility": "identifiable"},
    response=number("The new id"),
    errors=(
        errors.NotFoundError(),
        errors.BadRequestError("The file is missing"),
        errors.BadRequestError(),
        _BAD_DESCRIPTION,
        traces_errors.TraceTooLargeError(settings.MAX_TRACE_UPLOAD_SIZE),
        _OFFLINE,
        errors.TooManyRequestsError(),
    ),
)
_READ = Call(
    id="readTrace",
    summary="Read the details of a trace",
    description="No token is needed for a public trace.",
    tag="GPS traces",
    parameters=(_ID,),
    response=_TRACE,
    errors=(errors.NotFoundError(), _FOREIGN),
)
_DATA = replace(
    _READ,
    id="readTraceData",
    summary="Download the file of a trace",
    description="As it was uploaded; unpacked if the URL ends in `.xml` or `.gpx`. No token is needed for a public trace.",
    response=dict.fromkeys(("application/octet-stream", XML, GPX, *_PACKED), BINARY),
    errors=(*_READ.errors, _OFFLINE),
)

CALLS: Calls = {
    ("get", "/api/0.6/trackpoints"): Call(
        id="readTrackpoints",
        summary="Read the points of all traces in a bbox as GPX",
        tag="GPS traces",
        parameters=(
            query("bbox", BOX, "`min_lon,min_lat,max_lon,max_lat` in degrees", required=True),
            query(
                "page",
                {"type": "integer", "minimum": 0},
                "The page number, from 0; the capabilities have the number of points per page",
            ),
        ),
        response={GPX: BINARY},
        errors=(
            errors.NotFoundError(),
            errors.BadBoundingBoxError(
                "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."
            ),
            errors.BadRequestError("Page number must be greater than or equal to 0"),
        ),
    ),
    ("get", "/api/0.6/user/gpx_files"): Call(
        id="readOwnTraces",
        summary="List the traces of the user",
        tag="GPS traces",
        response={
            XML: osm(**{"gpx_file*": ref("TraceXml")}),
            JSON: osm_json(traces=listed(ref("TraceJson"))),
        },
        errors=(errors.NotFoundError(),),
    ),
    ("post", "/api/0.6/gpx"): _CREATION,
    ("post", "/api/0.6/gpx/create"): replace(_CREATION, id="createTraceDeprecated", deprecated=True),
    ("get", "/api/0.6/gpx/{id}"): _READ,
    ("get", "/api/0.6/gpx/{id}/details"): replace(_READ, id="readTraceDeprecated", deprecated=True),
    ("put", "/api/0.6/gpx/{id}"): Call(
        id="updateTrace",
        summary="Update the details of a trace",
        tag="GPS traces",
        parameters=(_ID,),
        body=_SENT,
        example='<osm><gpx_file id="1" visibility="identifiable"><description>Along the river</description></gpx_file></osm>',
        response=NOTHING,
        errors=(
            errors.NotFoundError(),
            _FOREIGN,
            edit_errors.BadXmlError("trace", "<osm/>", "XML doesn't contain an osm/gpx_file element."),
            edit_errors.IdMismatchError(1, 2),
            _BAD_DESCRIPTION,
        ),
    ),
    ("delete", "/api/0.6/gpx/{id}"): Call(
        id="deleteTrace",
        summary="Delete a trace",
        tag="GPS traces",
        parameters=(_ID,),
        response=NOTHING,
        errors=(errors.NotFoundError(), _FOREIGN, _OFFLINE),
    ),
    ("get", "/api/0.6/gpx/{id}/data"): _DATA,
    ("get", "/api/0.6/gpx/{id}/data.gpx"): replace(
        _DATA,
        id="readTraceDataAsGpx",
        description="Unpacked. No token is needed for a public trace.",
        response={GPX: BINARY},
    ),
}
