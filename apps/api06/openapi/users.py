"""Calls for users and their blocks."""

from apps.osm import errors
from apps.users.models import UserRole

from .call import Call, Calls, form
from .words import (
    BOOLEAN,
    COUNT,
    ID,
    IDS,
    JSON,
    LAT,
    LON,
    STRING,
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

_ROLES = [str(role) for role in UserRole.Role]
_COUNTED = {"count": COUNT}
_BLOCKS = {"count": COUNT, "active": COUNT}
_RECEIVED = {"count": COUNT, "unread": COUNT}
_TERMS = {"agreed": BOOLEAN, "pd?": BOOLEAN}
_HOME: dict[str, Schema] = {"lat": LAT, "lon": LON, "zoom": COUNT}
_BLOCK: dict[str, Schema] = {
    "id": ID,
    "created_at": TIME,
    "updated_at": TIME,
    "ends_at": TIME,
    "needs_view": BOOLEAN,
}
_PERSON = {"uid": ID, "user": STRING}


def _leaf(name: str, attributes: dict[str, Schema]) -> Schema:
    return tag(name, **{f"@{key}": schema for key, schema in attributes.items()})


SCHEMAS: dict[str, Schema] = {
    "UserXml": tag(
        "user",
        **{
            "@id": ID,
            "@display_name": STRING,
            "@account_created": TIME,
            "description": STRING,
            "company?": STRING,
            "social-links?": tag(
                "social-links", **{"link*": tag("link", **{"@platform": STRING, "#": STRING})}
            ),
            "contributor-terms": _leaf("contributor-terms", _TERMS),
            "img?": _leaf("img", {"href": STRING}),
            "roles": tag("roles", **{f"{role}?": STRING for role in _ROLES}),
            "changesets": _leaf("changesets", _COUNTED),
            "traces": _leaf("traces", _COUNTED),
            "blocks": tag(
                "blocks", **{"received": _leaf("received", _BLOCKS), "issued?": _leaf("issued", _BLOCKS)}
            ),
            "home?": _leaf("home", _HOME),
            "languages?": tag("languages", **{"lang*": STRING}),
            "messages?": tag("messages", received=_leaf("received", _RECEIVED), sent=_leaf("sent", _COUNTED)),
            "email?": STRING,
        },
    ),
    "UserJson": obj(
        **{
            "id": ID,
            "display_name": STRING,
            "account_created": TIME,
            "description": STRING,
            "company?": STRING,
            "social_links": listed(obj(url=STRING, platform={"type": ["string", "null"]})),
            "contributor_terms": obj(**_TERMS),
            "img?": obj(href=STRING),
            "roles": listed(one_of(*_ROLES)),
            "changesets": obj(**_COUNTED),
            "traces": obj(**_COUNTED),
            "blocks": obj(**{"received": obj(**_BLOCKS), "issued?": obj(**_BLOCKS)}),
            "home?": obj(**_HOME),
            "languages?": listed(STRING),
            "messages?": obj(received=obj(**_RECEIVED), sent=obj(**_COUNTED)),
            "email?": STRING,
        }
    ),
    "BlockXml": tag(
        "user_block",
        **{f"@{key}": schema for key, schema in _BLOCK.items()},
        **{
            "user": _leaf("user", _PERSON),
            "creator": _leaf("creator", _PERSON),
            "revoker?": _leaf("revoker", _PERSON),
            "reason?": STRING,
        },
    ),
    "BlockJson": obj(
        **_BLOCK,
        **{"user": obj(**_PERSON), "creator": obj(**_PERSON), "revoker?": obj(**_PERSON), "reason?": STRING},
    ),
}

_USER: Content = {XML: osm(user=ref("UserXml")), JSON: osm_json(user=ref("UserJson"))}
_A_BLOCK: Content = {XML: osm(user_block=ref("BlockXml")), JSON: osm_json(user_block=ref("BlockJson"))}

CALLS: Calls = {
    ("get", "/api/0.6/user/{id}"): Call(
        id="readUser",
        summary="Read a user",
        tag="Users",
        parameters=(in_path("id", ID, "The id of the user"),),
        response=_USER,
        errors=(errors.NotFoundError(), errors.GoneError()),
    ),
    ("get", "/api/0.6/user/details"): Call(
        id="readOwnDetails",
        summary="Read the details of the user of the token",
        description="Includes private details; the email address if the token has the scope `read_email`.",
        tag="Users",
        response=_USER,
    ),
    ("get", "/api/0.6/users"): Call(
        id="readUsers",
        summary="Read several users",
        description="Unknown, suspended and deleted users are omitted.",
        tag="Users",
        parameters=(query("users", IDS, "Ids, separated by commas", required=True),),
        response={
            XML: osm(**{"user*": ref("UserXml")}),
            JSON: osm_json(users=listed(obj(user=ref("UserJson")))),
        },
        errors=(errors.BadRequestError("No users were given to search for"),),
    ),
    ("get", "/api/0.6/user/blocks/active"): Call(
        id="readOwnBlocks",
        summary="List the active blocks of the user",
        description="Blocked users can read them too.",
        tag="Blocks",
        response={
            XML: osm(**{"user_block*": ref("BlockXml")}),
            JSON: osm_json(user_blocks=listed(ref("BlockJson"))),
        },
    ),
    ("get", "/api/0.6/user_blocks/{id}"): Call(
        id="readBlock",
        summary="Read a block",
        tag="Blocks",
        parameters=(in_path("id", ID, "The id of the block"),),
        response=_A_BLOCK,
        errors=(errors.ObjectNotFoundError(),),
    ),
    ("post", "/api/0.6/user_blocks"): Call(
        id="createBlock",
        summary="Block a user",
        tag="Blocks",
        body=form(
            **{
                "user": ID,
                "reason": STRING,
                "period": COUNT | {"description": "In hours"},
                "needs_view?": one_of("true"),
            }
        ),
        example={"user": 2, "reason": "Please answer the comments on your changesets.", "period": 24},
        response=_A_BLOCK,
        errors=(
            errors.BadRequestError("No reason was given"),
            errors.BadRequestError("Period should be a number of hours"),
            errors.ObjectNotFoundError(),
        ),
    ),
}
