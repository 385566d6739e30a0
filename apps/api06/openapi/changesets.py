"""Calls to open, update, fill, close and search changesets."""

from dataclasses import replace

from django.conf import settings

from apps.osm import edit_errors, errors
from apps.osm.elements import ElementRef, ElementType

from .call import CLOSED, NOTHING, TOO_MANY_MEMBERS, TOO_MANY_NODES, Call, Calls, number
from .words import (
    BOOLEAN,
    BOX,
    COUNT,
    ID,
    IDS,
    JSON,
    LAT,
    LON,
    STRING,
    TEXT_255,
    TIME,
    XML,
    Content,
    Schema,
    flag,
    header,
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

_AUTHOR = {"uid?": ID, "user?": STRING}
_FACTS: dict[str, Schema] = {
    "id": ID,
    "created_at": TIME,
    "open": BOOLEAN,
    "comments_count": COUNT,
    "changes_count": COUNT,
    "created_count?": COUNT,
    "modified_count?": COUNT,
    "deleted_count?": COUNT,
    "closed_at?": TIME,
    "min_lat?": LAT,
    "min_lon?": LON,
    "max_lat?": LAT,
    "max_lon?": LON,
    **_AUTHOR,
}
_COMMENT: dict[str, Schema] = {"id": ID, "date": TIME, **_AUTHOR}

SCHEMAS: dict[str, Schema] = {
    "CommentXml": tag(
        "comment",
        **{f"@{key}": value for key, value in _COMMENT.items()},
        **{"@visible?": BOOLEAN},
        text=STRING,
    ),
    "CommentJson": obj(**_COMMENT, visible=BOOLEAN, text=STRING),
    "ChangesetXml": tag(
        "changeset",
        **{f"@{key}": value for key, value in _FACTS.items()},
        **{"tag*": ref("TagXml"), "discussion?": tag("discussion", **{"comment*": ref("CommentXml")})},
    ),
    "ChangesetJson": obj(
        **_FACTS,
        **{
            "tags?": {"type": "object", "additionalProperties": STRING},
            "comments?": listed(ref("CommentJson")),
        },
    ),
    "ChangesetSent": tag("osm", **{"changeset*": tag("changeset", **{"tag*": ref("TagXml")})}),
}

CHANGESET: Content = {XML: osm(changeset=ref("ChangesetXml")), JSON: osm_json(changeset=ref("ChangesetJson"))}
ID_OF_CHANGESET = in_path("id", ID, "The id of the changeset")
_SENT: Content = {XML: ref("ChangesetSent")}
_EXAMPLE = '<osm><changeset><tag k="comment" v="Benches along the river"/></changeset></osm>'
_BAD_INPUT = (
    edit_errors.BadXmlError("changeset", "<osm/>", "XML doesn't contain an osm/changeset element."),
    edit_errors.DuplicateTagsError("changeset/", "comment"),
)
_CREATION = Call(
    id="createChangeset",
    summary="Open a changeset",
    description="The response is its id. It is closed automatically an hour after the last change, or a day after the first.",
    tag="Changesets",
    body=_SENT,
    example=_EXAMPLE,
    response=number("The new id"),
    errors=(*_BAD_INPUT, errors.TooManyRequestsError()),
)
_NODE = ElementRef(ElementType.NODE, 1)

CALLS: Calls = {
    ("get", "/api/0.6/changesets"): Call(
        id="readChangesets",
        summary="Search changesets",
        description="Newest first. A changeset has to match all parameters.",
        tag="Changesets",
        parameters=(
            query("bbox", BOX, "`min_lon,min_lat,max_lon,max_lat` in degrees"),
            query("user", ID, "The id of the author"),
            query("display_name", TEXT_255, "The display name of the author, instead of the id"),
            query(
                "time",
                STRING,
                "Closed at or after this time; a second time after a comma: and created at or before it",
            ),
            query("from", STRING, "Created at or after this time"),
            query("to", STRING, "Created at or before this time; ignored without `from`"),
            flag("open", "Only open changesets"),
            flag("closed", "Only closed changesets"),
            query("changesets", IDS, "Ids, separated by commas"),
            query("order", one_of("oldest", "newest"), "Which are listed first"),
            limit(settings.MAX_CHANGESET_QUERY_LIMIT),
        ),
        response={
            XML: osm(**{"changeset*": ref("ChangesetXml")}),
            JSON: osm_json(changesets=listed(ref("ChangesetJson"))),
        },
        errors=(
            errors.BadBoundingBoxError(
                "The parameter bbox must be of the form min_lon,min_lat,max_lon,max_lat"
            ),
            errors.BadRequestError("provide either the user ID or display name, but not both"),
            errors.ObjectNotFoundError(),
        ),
    ),
    ("post", "/api/0.6/changesets"): _CREATION,
    ("put", "/api/0.6/changeset/create"): replace(_CREATION, id="createChangesetDeprecated", deprecated=True),
    ("get", "/api/0.6/changeset/{id}"): Call(
        id="readChangeset",
        summary="Read a changeset",
        tag="Changesets",
        parameters=(
            ID_OF_CHANGESET,
            flag("include_discussion", "Include the comments"),
            flag("show_hidden_comments", "Include hidden comments; only for moderators, ignored for others"),
        ),
        response=CHANGESET,
        errors=(errors.NotFoundError(),),
    ),
    ("put", "/api/0.6/changeset/{id}"): Call(
        id="updateChangeset",
        summary="Replace the tags of an open changeset",
        tag="Changesets",
        parameters=(ID_OF_CHANGESET,),
        body=_SENT,
        example=_EXAMPLE,
        response=CHANGESET,
        errors=(errors.NotFoundError(), *_BAD_INPUT, edit_errors.NotOwnerError(), CLOSED),
    ),
    ("put", "/api/0.6/changeset/{id}/close"): Call(
        id="closeChangeset",
        summary="Close a changeset",
        tag="Changesets",
        parameters=(ID_OF_CHANGESET,),
        response=NOTHING,
        errors=(errors.NotFoundError(), edit_errors.NotOwnerError(), CLOSED),
    ),
    ("get", "/api/0.6/changeset/{id}/download"): Call(
        id="downloadChangeset",
        summary="Download the changes of a changeset as osmChange",
        tag="Changesets",
        parameters=(
            ID_OF_CHANGESET,
            query("show_redactions", STRING, "`true` includes redacted versions; only for moderators"),
        ),
        response={XML: ref("OsmChange")},
        errors=(errors.NotFoundError(),),
    ),
    ("post", "/api/0.6/changeset/{id}/upload"): Call(
        id="uploadToChangeset",
        summary="Upload changes of elements",
        description="The upload succeeds or fails as a whole. New elements have negative ids, by which the document refers to "
        "them. The response has the new id and version of each element, in the order of the document.",
        tag="Changesets",
        parameters=(
            ID_OF_CHANGESET,
            header(
                "Idempotency-Key",
                STRING,
                "A repeated upload with the same key gets the response of the first one",
            ),
        ),
        body={XML: ref("OsmChangeSent")},
        example='<osmChange version="0.6"><create><node id="-1" changeset="1" lat="47.1" lon="9.5"/></create></osmChange>',
        response={XML: ref("DiffResult")},
        errors=(
            errors.NotFoundError(),
            edit_errors.BadDocumentError("Unknown action invent, choices are create, modify, delete", 1, 12),
            edit_errors.PlaceholderError("Placeholder IDs must be unique for created elements."),
            TOO_MANY_NODES,
            TOO_MANY_MEMBERS,
            edit_errors.NotOwnerError(),
            CLOSED,
            edit_errors.ChangesetMismatchError(1, 2),
            edit_errors.VersionMismatchError(1, 2, _NODE),
            edit_errors.KeyReusedError("5d41402a"),
            edit_errors.AlreadyDeletedError(_NODE),
            edit_errors.NoNodesError(1),
            edit_errors.MissingReferencesError(ElementRef(ElementType.WAY, 1), ElementType.NODE, [5]),
            edit_errors.StillUsedError(_NODE, ElementType.WAY, [2]),
            errors.TooLargeError("Changeset bounding box size limit exceeded."),
            errors.TooManyChangesError(
                "Upload has been blocked due to rate limiting. Please try again later."
            ),
        ),
    ),
}
