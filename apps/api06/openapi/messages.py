"""Calls for messages between users, and for preferences."""

from dataclasses import replace

from django.conf import settings

from apps.messaging import errors as messaging_errors
from apps.osm import errors

from .call import NOTHING, Call, Calls, form
from .words import (
    BOOLEAN,
    ID,
    JSON,
    STRING,
    TEXT,
    TEXT_255,
    TIME,
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
    osm_json,
    query,
    ref,
    tag,
)

_HEAD: dict[str, Schema] = {
    "id": ID,
    "from_user_id": ID,
    "from_display_name": STRING,
    "to_user_id": ID,
    "to_display_name": STRING,
    "sent_on": TIME,
    "message_read?": BOOLEAN,
    "deleted": BOOLEAN,
    "body_format": one_of("markdown", "text", "html"),
}
_TEXTS: dict[str, Schema] = {"title": STRING, "body?": STRING}
_PREFERENCES = tag("preferences", **{"preference*": ref("PreferenceXml")})

SCHEMAS: dict[str, Schema] = {
    "MessageXml": tag("message", **{f"@{key}": schema for key, schema in _HEAD.items()}, **_TEXTS),
    "MessageJson": obj(**_HEAD, **_TEXTS),
    "PreferenceXml": tag("preference", **{"@k": TEXT_255, "@v": TEXT_255}),
}

_MESSAGE: Content = {XML: osm(message=ref("MessageXml")), JSON: osm_json(message=ref("MessageJson"))}
_ID = in_path("id", ID, "The id of the message")
_KEY = in_path("key", {"type": "string", "minLength": 1}, "The key, which may contain dots and slashes")
_NOT_YOURS = (errors.NotFoundError(), errors.AccessDeniedError())
_MARK = Call(
    id="markMessage",
    summary="Mark a message as read or unread",
    tag="Messages",
    parameters=(_ID,),
    body=form(read_status=one_of("true", "false")),
    example={"read_status": "true"},
    response=_MESSAGE,
    errors=(*_NOT_YOURS, errors.BadRequestError("Invalid value of `read_status` was given")),
)
_INBOX = Call(
    id="readInbox",
    summary="List received messages",
    description="Without bodies. Messages that the user deleted are marked as such.",
    tag="Messages",
    parameters=(
        query("order", one_of("newest", "oldest"), "Which are listed first"),
        query("from_id", ID, "The id of the first message to list"),
        limit(settings.MAX_MESSAGE_QUERY_LIMIT),
    ),
    response={
        XML: osm(**{"message*": ref("MessageXml")}),
        JSON: osm_json(messages=listed(ref("MessageJson"))),
    },
    errors=(
        errors.BadRequestError("Invalid order specified"),
        errors.BadRequestError("Messages limit must be between 1 and 100"),
    ),
)
_BAD_PREFERENCE = (
    errors.InvalidTextError("UserPreference", "v"),
    errors.TextTooLongError("UserPreference", "v", 255),
)

CALLS: Calls = {
    ("post", "/api/0.6/user/messages"): Call(
        id="sendMessage",
        summary="Send a message",
        tag="Messages",
        body=form(**{"title": WORDS | TEXT_255, "body": WORDS, "recipient_id?": ID, "recipient?": TEXT_255}),
        example={"title": "Benches", "body": "Are you going to map them all?", "recipient_id": 2},
        response=_MESSAGE,
        errors=(
            messaging_errors.NoTitleError(),
            messaging_errors.NoBodyError(),
            messaging_errors.NoRecipientError(),
            messaging_errors.UnknownRecipientError(),
            errors.NotFoundError(),
            messaging_errors.TooManyMessagesError(),
        ),
    ),
    ("get", "/api/0.6/user/messages/{id}"): Call(
        id="readMessage",
        summary="Read a message",
        description="Reading does not mark it as read.",
        tag="Messages",
        parameters=(_ID,),
        response=_MESSAGE,
        errors=_NOT_YOURS,
    ),
    ("put", "/api/0.6/user/messages/{id}"): _MARK,
    ("post", "/api/0.6/user/messages/{id}"): replace(_MARK, id="markMessageWithPost"),
    ("delete", "/api/0.6/user/messages/{id}"): Call(
        id="deleteMessage",
        summary="Delete a message",
        description="Only for the user of the token; the other user keeps it.",
        tag="Messages",
        parameters=(_ID,),
        response=_MESSAGE,
        errors=_NOT_YOURS,
    ),
    ("get", "/api/0.6/user/messages/inbox"): _INBOX,
    ("get", "/api/0.6/user/messages/outbox"): replace(_INBOX, id="readOutbox", summary="List sent messages"),
    ("get", "/api/0.6/user/preferences"): Call(
        id="readPreferences",
        summary="List all preferences",
        tag="Preferences",
        response={
            XML: osm(preferences=_PREFERENCES),
            JSON: osm_json(preferences={"type": "object", "additionalProperties": STRING}),
        },
    ),
    ("put", "/api/0.6/user/preferences"): Call(
        id="replacePreferences",
        summary="Replace all preferences",
        tag="Preferences",
        body={XML: tag("osm", preferences=_PREFERENCES)},
        example='<osm><preferences><preference k="colour" v="green"/></preferences></osm>',
        response=NOTHING,
        errors=(
            *_BAD_PREFERENCE,
            errors.DuplicatePreferencesError("colour"),
            errors.TooManyPreferencesError(151, 150),
        ),
    ),
    ("get", "/api/0.6/user/preferences/{key}"): Call(
        id="readPreference",
        summary="Read a preference",
        tag="Preferences",
        parameters=(_KEY,),
        response={TEXT: STRING},
        errors=(errors.NotFoundError(),),
    ),
    ("put", "/api/0.6/user/preferences/{key}"): Call(
        id="writePreference",
        summary="Store a preference",
        tag="Preferences",
        parameters=(_KEY,),
        body={TEXT: TEXT_255},
        example="green",
        response=NOTHING,
        errors=_BAD_PREFERENCE,
    ),
    ("delete", "/api/0.6/user/preferences/{key}"): Call(
        id="deletePreference",
        summary="Delete a preference",
        tag="Preferences",
        parameters=(_KEY,),
        response=NOTHING,
        errors=(errors.NotFoundError(),),
    ),
}
