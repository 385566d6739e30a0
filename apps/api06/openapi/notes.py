"""Calls to create, comment on, close, reopen and search notes."""

from datetime import UTC, datetime

from django.conf import settings

from apps.notes import errors as notes_errors
from apps.notes.actions import LONGEST_COMMENT
from apps.notes.models import Note, NoteComment
from apps.osm import errors

from .call import Call, Calls, form
from .words import (
    BINARY,
    BOX,
    GPX,
    ID,
    JSON,
    LAT,
    LON,
    NUMBER,
    RSS,
    STRING,
    TEXT_255,
    WORDS,
    XML,
    Content,
    Schema,
    constant,
    in_path,
    limit,
    listed,
    obj,
    one_of,
    osm,
    query,
    ref,
    tag,
)

_MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"}
_COMMENT: dict[str, Schema] = {
    "date": _MOMENT,
    "uid?": ID,
    "user?": STRING,
    "user_url?": STRING,
    "action": one_of(*map(str, NoteComment.Event)),
    "text": STRING,
    "html": STRING,
}
_FACTS: dict[str, Schema] = {
    "id": ID,
    "url": STRING,
    "reopen_url?": STRING,
    "comment_url?": STRING,
    "close_url?": STRING,
    "date_created": _MOMENT,
    "status": one_of(*map(str, Note.Status)),
}

SCHEMAS: dict[str, Schema] = {
    "NoteXml": tag(
        "note",
        **{
            "@lon": LON,
            "@lat": LAT,
            **_FACTS,
            "date_closed?": _MOMENT,
            "comments": tag("comments", **{"comment*": tag("comment", **_COMMENT)}),
        },
    ),
    "NoteJson": obj(
        type=constant("Feature"),
        geometry=obj(
            type=constant("Point"),
            coordinates={
                **listed(NUMBER),
                "minItems": 2,
                "maxItems": 2,
                "description": "Longitude, latitude",
            },
        ),
        properties=obj(**_FACTS, **{"closed_at?": _MOMENT, "comments": listed(obj(**_COMMENT))}),
    ),
}

_NOTE: Content = {XML: osm(note=ref("NoteXml")), JSON: ref("NoteJson"), RSS: BINARY, GPX: BINARY}
_NOTES: Content = {
    XML: osm(**{"note*": ref("NoteXml")}),
    JSON: obj(type=constant("FeatureCollection"), features=listed(ref("NoteJson"))),
    RSS: BINARY,
    GPX: BINARY,
}
_ID = in_path("id", ID, "The id of the note")
_BBOX = "`min_lon,min_lat,max_lon,max_lat` in degrees; or use `l`, `b`, `r` and `t`"
_CLOSED = query(
    "closed",
    {"type": "integer"},
    "For how many days notes are included after they were closed; default 7, -1 for all",
)
_LIMIT = limit(settings.MAX_NOTE_QUERY_LIMIT)
_BAD_LIMIT = errors.BadRequestError(f"Note limit must be between 1 and {settings.MAX_NOTE_QUERY_LIMIT}")
_BAD_BOX = errors.BadBoundingBoxError(
    "The minimum longitude must be less than the maximum longitude, but it wasn't"
)
_BAD_TEXT = (
    errors.InvalidTextError("NoteComment", "body"),
    errors.TextTooLongError("NoteComment", "body", LONGEST_COMMENT),
)
_CLOSED_ERROR = notes_errors.NoteClosedError(1, datetime(2020, 1, 1, tzinfo=UTC))
_HIDDEN = notes_errors.NoteHiddenError(1)


def _acted(call_id: str, summary: str, *refusals: errors.OsmError, needs_text: bool = False) -> Call:
    """Return a call that adds a comment with an action to a note."""
    return Call(
        id=call_id,
        summary=summary,
        tag="Notes",
        parameters=(_ID,),
        body=form(**{"text": WORDS} if needs_text else {"text?": STRING}),
        body_required=needs_text,
        example={"text": "The bench is there again."},
        response=_NOTE,
        errors=(
            errors.NotFoundError(),
            notes_errors.NoSuchNoteError(1),
            *_BAD_TEXT,
            _HIDDEN,
            *refusals,
            errors.TooManyRequestsError(),
        ),
    )


CALLS: Calls = {
    ("get", "/api/0.6/notes"): Call(
        id="readNotes",
        summary="List the notes of a bbox",
        description="Most recently updated first.",
        tag="Notes",
        parameters=(query("bbox", BOX, _BBOX), _LIMIT, _CLOSED),
        response=_NOTES,
        errors=(errors.BadRequestError("The parameter bbox is required"), _BAD_BOX, _BAD_LIMIT),
    ),
    ("post", "/api/0.6/notes"): Call(
        id="createNote",
        summary="Create a note",
        description="Without a token the note is anonymous.",
        tag="Notes",
        body=form(lat=LAT, lon=LON, text=WORDS),
        example={"lat": 47.1, "lon": 9.5, "text": "Here is a bench."},
        response=_NOTE,
        errors=(
            errors.NoTextError(),
            errors.BadRequestError("No lat was given"),
            errors.BadRequestError("lat was not a number"),
            notes_errors.OutsideWorldError(),
            *_BAD_TEXT,
            notes_errors.ZoneError(),
            errors.TooManyRequestsError(),
        ),
    ),
    ("get", "/api/0.6/notes/{id}"): Call(
        id="readNote",
        summary="Read a note",
        tag="Notes",
        parameters=(_ID,),
        response=_NOTE,
        errors=(errors.NotFoundError(), _HIDDEN),
    ),
    ("delete", "/api/0.6/notes/{id}"): Call(
        id="hideNote",
        summary="Hide a note",
        description="The text may be sent in the query string or in a form.",
        tag="Notes",
        parameters=(_ID, query("text", STRING, "The reason")),
        response=_NOTE,
        errors=(errors.NotFoundError(), notes_errors.NoSuchNoteError(1), *_BAD_TEXT, _HIDDEN),
    ),
    ("post", "/api/0.6/notes/{id}/comment"): _acted(
        "commentOnNote", "Comment on an open note", errors.NoTextError(), _CLOSED_ERROR, needs_text=True
    ),
    ("post", "/api/0.6/notes/{id}/close"): _acted("closeNote", "Close a note", _CLOSED_ERROR),
    ("post", "/api/0.6/notes/{id}/reopen"): _acted(
        "reopenNote", "Open a note again", notes_errors.NoteOpenError(1)
    ),
    ("post", "/api/0.6/notes/{id}/subscription"): Call(
        id="subscribeToNote",
        summary="Subscribe to new comments",
        tag="Notes",
        parameters=(_ID,),
        status=204,
        response={},
        errors=(notes_errors.NoSuchNoteError(1), errors.AlreadySubscribedError("note", 1)),
    ),
    ("delete", "/api/0.6/notes/{id}/subscription"): Call(
        id="unsubscribeFromNote",
        summary="Unsubscribe from new comments",
        tag="Notes",
        parameters=(_ID,),
        status=204,
        response={},
        errors=(notes_errors.NoSuchNoteError(1), errors.NotSubscribedError("note", 1)),
    ),
    ("get", "/api/0.6/notes/search"): Call(
        id="searchNotes",
        summary="Search notes",
        description="A note has to match all parameters.",
        tag="Notes",
        parameters=(
            query("q", STRING, "Words of the note or of a comment on it"),
            query("bbox", BOX, _BBOX),
            query("user", ID, "The id of a user who created the note, commented on it or changed its status"),
            query("display_name", TEXT_255, "The display name of that user, instead of the id"),
            query("from", STRING, "Created at or after this time; updated, with `sort=updated_at`"),
            query("to", STRING, "Created or updated at or before this time; ignored without `from`"),
            query("sort", one_of("created_at", "updated_at"), "The time to sort by"),
            query("order", one_of("newest", "oldest"), "Which are listed first"),
            _LIMIT,
            _CLOSED,
        ),
        response=_NOTES,
        errors=(errors.BadRequestError("User mallory not known"), _BAD_BOX, _BAD_LIMIT),
    ),
    ("get", "/api/0.6/notes/feed"): Call(
        id="readNotesFeed",
        summary="Read the newest comments on notes as RSS",
        tag="Notes",
        parameters=(query("bbox", BOX, _BBOX), _LIMIT, _CLOSED),
        response={RSS: BINARY},
        errors=(_BAD_BOX, _BAD_LIMIT),
    ),
}
