"""GPS traces: uploaded, described, downloaded, and their points in a box."""

from dataclasses import replace

from django.conf import settings

from apps.osm import edit_errors, errors
from apps.traces import errors as traces_errors
from apps.traces.models import Trace

from .call import NOTHING, Call, Calls, number
from .words import (
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
            "file": {"type": "string", "format": "binary"},
            "description": TEXT_255,
            "tags": STRING | {"description": "With commas between, or with blanks"},
            "visibility": _VISIBILITY,
        },
        "required": ["file", "description", "visibility"],
    },
}

_TRACE: Content = {XML: osm(gpx_file=ref("TraceXml")), JSON: osm_json(trace=ref("TraceJson"))}
_SENT: Content = {XML: tag("osm", gpx_file=ref("TraceSent"))}
_ID = in_path("id", ID, "Of the trace")
_FOREIGN = errors.AccessDeniedError()
_OFFLINE = traces_errors.GpxOfflineError()
_BAD_DESCRIPTION = traces_errors.InvalidTraceError("description", "can't be blank")
_PACKED = ("application/gzip", "application/x-bzip2", "application/zip", "application/x-tar")
_CREATION = Call(
    id="createTrace",
    summary="Upload a trace",
    description="The answer is its id. A worker reads the points afterwards.",
    tag="GPS traces",
    body={MULTIPART: ref("TraceUpload")},
    example={"file": "<gpx/>", "description": "Along the river", "visibility": "identifiable"},
    answer=number("The new id"),
    errors=(
        errors.NotFoundError(),
        errors.BadRequestError("The file is missing"),
        errors.BadRequestError(),
        _BAD_DESCRIPTION,
        traces_errors.TraceTooLargeError(settings.MAX_TRACE_UPLOAD_SIZE),
        _OFFLINE,
    ),
)
_READ = Call(
    id="readTrace",
    summary="What is said about a trace",
    description="A public one needs no token.",
    tag="GPS traces",
    parameters=(_ID,),
    answer=_TRACE,
    errors=(errors.NotFoundError(), _FOREIGN),
)
_DATA = replace(
    _READ,
    id="readTraceData",
    summary="The file of a trace",
    description="As it was uploaded; unpacked where the address ends in `.xml` or `.gpx`. A public one needs no token.",
    answer={XML: {}, GPX: {}, "application/octet-stream": {}, **{media_type: {} for media_type in _PACKED}},
    errors=(*_READ.errors, _OFFLINE),
)

CALLS: Calls = {
    ("get", "/api/0.6/trackpoints"): Call(
        id="readTrackpoints",
        summary="The points of all traces in a box, as GPX",
        tag="GPS traces",
        parameters=(
            query("bbox", BOX, "`min_lon,min_lat,max_lon,max_lat` in degrees", required=True),
            query(
                "page",
                {"type": "integer", "minimum": 0},
                "From 0 on, each with as many points as the capabilities say",
            ),
        ),
        answer={GPX: STRING},
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
        summary="The traces of the user of the token",
        tag="GPS traces",
        answer={
            XML: osm(**{"gpx_file*": ref("TraceXml")}),
            JSON: osm_json(traces=listed(ref("TraceJson"))),
        },
        errors=(errors.NotFoundError(),),
    ),
    ("post", "/api/0.6/gpx"): _CREATION,
    ("post", "/api/0.6/gpx/create"): replace(_CREATION, id="createTraceAtOlderAddress", deprecated=True),
    ("get", "/api/0.6/gpx/{id}"): _READ,
    ("get", "/api/0.6/gpx/{id}/details"): replace(_READ, id="readTraceAtOlderAddress", deprecated=True),
    ("put", "/api/0.6/gpx/{id}"): Call(
        id="updateTrace",
        summary="Describe a trace anew",
        tag="GPS traces",
        parameters=(_ID,),
        body=_SENT,
        example='<osm><gpx_file id="1" visibility="identifiable"><description>Along the river</description></gpx_file></osm>',
        answer=NOTHING,
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
        answer=NOTHING,
        errors=(errors.NotFoundError(), _FOREIGN, _OFFLINE),
    ),
    ("get", "/api/0.6/gpx/{id}/data"): _DATA,
    ("get", "/api/0.6/gpx/{id}/data.gpx"): replace(
        _DATA, id="readTraceDataAsGpx", description="Unpacked. A public one needs no token.", answer={GPX: {}}
    ),
}
