"""Calls about the discussion of changesets."""

from dataclasses import replace

from django.conf import settings

from apps.changesets.discussion import LONGEST_COMMENT
from apps.osm import edit_errors, errors

from .call import Call, Calls, form
from .changesets import CHANGESET, ID_OF_CHANGESET
from .words import (
    ID,
    JSON,
    STRING,
    TEXT_255,
    WORDS,
    XML,
    in_path,
    limit,
    listed,
    osm,
    osm_json,
    query,
    ref,
)

_TAG = "Discussions of changesets"
_SUBSCRIBE = Call(
    id="subscribeToChangeset",
    summary="Subscribe to new comments",
    tag=_TAG,
    parameters=(ID_OF_CHANGESET,),
    response=CHANGESET,
    errors=(errors.NotFoundError(), errors.AlreadySubscribedError("changeset", 1)),
)
_UNSUBSCRIBE = replace(
    _SUBSCRIBE,
    id="unsubscribeFromChangeset",
    summary="Unsubscribe from new comments",
    errors=(errors.NotFoundError(), errors.NotSubscribedError("changeset", 1)),
)
_HIDE = Call(
    id="hideChangesetComment",
    summary="Hide a comment",
    tag=_TAG,
    parameters=(in_path("id", ID, "The id of the comment"),),
    response=CHANGESET,
    errors=(errors.NotFoundError(),),
)
_UNHIDE = replace(_HIDE, id="unhideChangesetComment", summary="Show a hidden comment again")


def _older(call: Call) -> Call:
    return replace(call, id=f"{call.id}Deprecated", deprecated=True)


CALLS: Calls = {
    ("post", "/api/0.6/changeset/{id}/comment"): Call(
        id="commentOnChangeset",
        summary="Comment on a closed changeset",
        tag=_TAG,
        parameters=(ID_OF_CHANGESET,),
        body=form(text=WORDS),
        example={"text": "Thank you for the benches!"},
        response=CHANGESET,
        errors=(
            errors.NoTextError(),
            errors.InvalidTextError("ChangesetComment", "body"),
            errors.TextTooLongError("ChangesetComment", "body", LONGEST_COMMENT),
            errors.NotFoundError(),
            edit_errors.ChangesetNotClosedError(1),
            errors.TooManyCommentsError(),
        ),
    ),
    ("post", "/api/0.6/changeset/{id}/subscription"): _SUBSCRIBE,
    ("delete", "/api/0.6/changeset/{id}/subscription"): _UNSUBSCRIBE,
    ("post", "/api/0.6/changeset/{id}/subscribe"): _older(_SUBSCRIBE),
    ("post", "/api/0.6/changeset/{id}/unsubscribe"): _older(_UNSUBSCRIBE),
    ("get", "/api/0.6/changeset_comments"): Call(
        id="readChangesetComments",
        summary="List comments",
        description="Comments on all changesets, newest first.",
        tag=_TAG,
        parameters=(
            query("user", ID, "The id of the author"),
            query("display_name", TEXT_255, "The display name of the author, instead of the id"),
            query("from", STRING, "Written at or after this time"),
            query("to", STRING, "Written at or before this time; ignored without `from`"),
            limit(settings.MAX_CHANGESET_COMMENT_QUERY_LIMIT),
        ),
        response={
            XML: osm(**{"comment*": ref("CommentXml")}),
            JSON: osm_json(comments=listed(ref("CommentJson"))),
        },
        errors=(
            errors.BadRequestError("User mallory not known"),
            errors.BadRequestError(
                f"ChangesetComment limit must be between 1 and {settings.MAX_CHANGESET_COMMENT_QUERY_LIMIT}"
            ),
        ),
    ),
    ("delete", "/api/0.6/changeset_comments/{id}/visibility"): _HIDE,
    ("post", "/api/0.6/changeset_comments/{id}/visibility"): _UNHIDE,
    ("post", "/api/0.6/changeset/comment/{id}/hide"): _older(_HIDE),
    ("post", "/api/0.6/changeset/comment/{id}/unhide"): _older(_UNHIDE),
}
