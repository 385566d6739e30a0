"""Notes: left, answered, closed and opened again, looked for."""

from datetime import UTC, datetime

from django.conf import settings

from apps.notes import errors as notes_errors
from apps.notes.actions import LONGEST_COMMENT
from apps.notes.models import Note, NoteComment
from apps.osm import errors

from .call import Call, Calls, form
from .words import (
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
        type={"const": "Feature"},
        geometry=obj(
            type={"const": "Point"},
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

_NOTE: Content = {XML: osm(note=ref("NoteXml")), JSON: ref("NoteJson"), RSS: STRING, GPX: STRING}
_NOTES: Content = {
    XML: osm(**{"note*": ref("NoteXml")}),
    JSON: obj(type={"const": "FeatureCollection"}, features=listed(ref("NoteJson"))),
    RSS: STRING,
    GPX: STRING,
}
_ID = in_path("id", ID, "Of the note")
_BBOX = "`min_lon,min_lat,max_lon,max_lat` in degrees; in place of it `l`, `b`, `r` and `t` are read too"
_CLOSED = query(
    "closed", {"type": "integer"}, "Days for which closed notes are shown: 7 where it is absent, -1 for all"
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
    """Something that is done with a note, with a text."""
    return Call(
        id=call_id,
        summary=summary,
        tag="Notes",
        parameters=(_ID,),
        body=form(**{"text": WORDS} if needs_text else {"text?": STRING}),
        body_required=needs_text,
        example={"text": "The bench is there again."},
        answer=_NOTE,
        errors=(errors.NotFoundError(), notes_errors.NoSuchNoteError(1), *_BAD_TEXT, _HIDDEN, *refusals),
    )


CALLS: Calls = {
    ("get", "/api/0.6/notes"): Call(
        id="readNotes",
        summary="The notes of an area",
        description="The latest changed first.",
        tag="Notes",
        parameters=(query("bbox", BOX, _BBOX), _LIMIT, _CLOSED),
        answer=_NOTES,
        errors=(errors.BadRequestError("The parameter bbox is required"), _BAD_BOX, _BAD_LIMIT),
    ),
    ("post", "/api/0.6/notes"): Call(
        id="createNote",
        summary="Leave a note",
        description="Without a token it is an anonymous visitor's.",
        tag="Notes",
        body=form(lat=LAT, lon=LON, text=WORDS),
        example={"lat": 47.1, "lon": 9.5, "text": "Here is a bench."},
        answer=_NOTE,
        errors=(
            errors.NoTextError(),
            errors.BadRequestError("No lat was given"),
            errors.BadRequestError("lat was not a number"),
            notes_errors.OutsideWorldError(),
            *_BAD_TEXT,
            notes_errors.ZoneError(),
        ),
    ),
    ("get", "/api/0.6/notes/{id}"): Call(
        id="readNote",
        summary="A note",
        tag="Notes",
        parameters=(_ID,),
        answer=_NOTE,
        errors=(errors.NotFoundError(), _HIDDEN),
    ),
    ("delete", "/api/0.6/notes/{id}"): Call(
        id="hideNote",
        summary="Hide a note",
        description="A text may be in the address or in a form.",
        tag="Notes",
        parameters=(_ID, query("text", STRING, "Why")),
        answer=_NOTE,
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
        summary="Hear of new comments",
        tag="Notes",
        parameters=(_ID,),
        status=204,
        answer={},
        errors=(notes_errors.NoSuchNoteError(1), errors.AlreadySubscribedError("note", 1)),
    ),
    ("delete", "/api/0.6/notes/{id}/subscription"): Call(
        id="unsubscribeFromNote",
        summary="Hear of new comments no more",
        tag="Notes",
        parameters=(_ID,),
        status=204,
        answer={},
        errors=(notes_errors.NoSuchNoteError(1), errors.NotSubscribedError("note", 1)),
    ),
    ("get", "/api/0.6/notes/search"): Call(
        id="searchNotes",
        summary="Look for notes",
        description="All parameters together narrow the answer down.",
        tag="Notes",
        parameters=(
            query("q", STRING, "Words of the note or of a comment"),
            query("bbox", BOX, _BBOX),
            query("user", ID, "The id of somebody who did something with it"),
            query("display_name", TEXT_255, "Their name, in place of the id"),
            query("from", STRING, "Created at or after this; with `sort=updated_at`, changed"),
            query("to", STRING, "The same until this; counts only with `from`"),
            query("sort", one_of("created_at", "updated_at"), "By which time they are in order"),
            query("order", one_of("newest", "oldest"), "Which come first"),
            _LIMIT,
            _CLOSED,
        ),
        answer=_NOTES,
        errors=(errors.BadRequestError("User mallory not known"), _BAD_BOX, _BAD_LIMIT),
    ),
    ("get", "/api/0.6/notes/feed"): Call(
        id="readNotesFeed",
        summary="The newest comments on notes, as RSS",
        tag="Notes",
        parameters=(query("bbox", BOX, _BBOX), _LIMIT, _CLOSED),
        answer={RSS: STRING},
        errors=(_BAD_BOX, _BAD_LIMIT),
    ),
}
