"""The OpenAPI document, built from the tables of calls and the rules that views declare."""

from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.utils import translation
from lxml import etree

from apps.oauth.scopes import DESCRIPTIONS
from apps.osm import errors
from apps.users.permissions import ACCOUNT, Terms

from ..calls import Rules, Token
from ..errors import status_of
from ..permissions import sufficient
from . import (
    changesets,
    discussion,
    element_schemas,
    elements,
    messages,
    notes,
    redactions,
    site,
    traces,
    users,
)
from .call import Call, Calls
from .routes import Route, routes
from .words import COUNT, EMPTY, FORM, JSON, MULTIPART, STRING, TEXT, XML, Content, Schema, ref
from .xml_values import value_of

_TABLES = [site, elements, redactions, changesets, discussion, notes, traces, users, messages]
_SCHEMAS = [site, element_schemas, changesets, notes, traces, users, messages]

CALLS: Calls = {key: call for table in _TABLES for key, call in table.CALLS.items()}

_HTML = "text/html"
_INTRODUCTION = """\
The API 0.6 of OpenStreetMap.

**Formats.** Responses are XML, or JSON if the `Accept` header prefers it. A URL that ends in `.xml` or `.json` \
selects the format: `/api/0.6/node/1.json`. So does the parameter `format`, except for map data, and for reading, \
changing, uploading to and closing a changeset: `/api/0.6/user/1?format=json`.

**Errors** are plain text, repeated in the `Error` header. With the request header `X-Error-Format: xml`, most errors \
have the status 200 and an `osmError` document that contains the actual status. Methods that are not described here \
get 405 and an `Allow` header.

**Authorization.** Calls that need a user require an OAuth 2 access token with the given scope in the header \
`Authorization: Bearer ...`.

**Request bodies** may be sent with `Content-Encoding: gzip` or `deflate`.
"""


@cache
def document() -> dict[str, Any]:
    """Return the description of all calls, as OpenAPI 3.1."""
    with translation.override(None):
        scopes = {scope: str(text) for scope, text in DESCRIPTIONS.items()}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes():
        if call := CALLS.get((route.method, route.path)):
            paths.setdefault(route.path, {})[route.method] = _operation(route, call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpenStreetMap API",
            "version": settings.API_VERSION,
            "description": _INTRODUCTION,
            "license": {"name": settings.COPYRIGHT_OWNER, "url": settings.LICENSE_URL},
        },
        "servers": [{"url": settings.PUBLIC_URL}],
        "tags": [{"name": name} for name in dict.fromkeys(call.tag for call in CALLS.values())],
        "paths": {path: paths[path] for path in dict.fromkeys(path for _, path in CALLS) if path in paths},
        "components": {
            "schemas": _schemas(),
            "parameters": {"ErrorFormat": _ERROR_FORMAT},
            "headers": {
                "Error": {"description": "The text of the error", "schema": STRING},
                "Retry-After": {"description": "Seconds until another request is accepted", "schema": COUNT},
            },
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": f"{settings.PUBLIC_URL}/oauth2/authorize",
                            "tokenUrl": f"{settings.PUBLIC_URL}/oauth2/token",
                            "scopes": scopes,
                        }
                    },
                }
            },
        },
    }


@cache
def serialized() -> bytes:
    """Return the document as JSON."""
    return orjson.dumps(document())


_ERROR_FORMAT = {
    "name": "X-Error-Format",
    "in": "header",
    "description": "How errors are told: `xml`, or anything else",
    "schema": STRING,
}


def _operation(route: Route, call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": call.id, "summary": call.summary, "tags": [call.tag]}
    if call.description:
        operation["description"] = call.description
    if call.deprecated:
        operation["deprecated"] = True
    operation["parameters"] = [*call.parameters, {"$ref": "#/components/parameters/ErrorFormat"}]
    if call.body:
        content = {
            media_type: {"schema": schema, "example": _example(call, media_type, schema)}
            for media_type, schema in _ordered(call.body)
        }
        operation["requestBody"] = {"required": call.body_required, "content": content}
    operation["security"] = _security(route.rules)
    operation["responses"] = {str(call.status): _success(call), **_refusals(route, call)}
    if call.status != HTTPStatus.OK:
        operation["responses"]["200"] = _TOLD_AS_XML
    if route.suffixes:
        operation["x-suffixes"] = route.suffixes
    return operation


def _ordered(content: Content) -> list[tuple[str, Schema]]:
    """Return the media types with JSON first: generated clients take the first one, and few of them read XML."""
    return sorted(content.items(), key=lambda item: item[0] != JSON)


def _example(call: Call, media_type: str, schema: Schema) -> Any:
    """Return the example of a body, XML as the structure that its schema describes."""
    if media_type != XML:
        return call.example
    return value_of(etree.fromstring(str(call.example)), schema, _schemas())


def _schemas() -> dict[str, Schema]:
    return {name: schema for table in _SCHEMAS for name, schema in table.SCHEMAS.items()}


def _security(rules: Rules) -> list[Schema]:
    """Return the alternatives; none, or an empty one, means that no token is required."""
    if rules.token is Token.WELCOME:
        return [{}, {"oauth2": []}]
    if rules.needs is None:
        return []
    alternatives: list[Schema] = [{"oauth2": [scope]} for scope in sufficient(rules.needs.scope)]
    return alternatives if rules.token is Token.REQUIRED else [{}, *alternatives]


_TOLD_AS_XML = {
    "description": "With `X-Error-Format: xml`, what went wrong",
    "content": {XML: {"schema": ref("OsmError")}},
}


def _success(call: Call) -> dict[str, Any]:
    if not call.response:
        return {"description": "Success, without a body"}
    content: dict[str, Schema] = {
        media_type: {"schema": schema} for media_type, schema in _ordered(call.response)
    }
    told = {"anyOf": [content[XML]["schema"], ref("OsmError")]} if XML in content else ref("OsmError")
    content[XML] = {"schema": told}
    return {"description": "Success; or, with `X-Error-Format: xml`, what went wrong", "content": content}


def _refusals(route: Route, call: Call) -> dict[str, Any]:
    """Return the error responses by status, with the texts of the errors or of the dialect."""
    by_status: dict[HTTPStatus, dict[str, str]] = {}
    for error in (*_derived(route, call), *call.errors):
        text = route.rules.dialect.messages.get(type(error), str(error))
        texts = by_status.setdefault(status_of(error), {})
        name = type(error).__name__.removesuffix("Error")
        while name in texts and texts[name] != text:
            name += "2"
        texts[name] = text
    return {str(status.value): _refusal(status, texts) for status, texts in sorted(by_status.items())}


def _refusal(status: HTTPStatus, texts: dict[str, str]) -> dict[str, Any]:
    content: dict[str, Schema] = {}
    if examples := {name: {"value": text} for name, text in texts.items() if text}:
        content[TEXT] = {"schema": STRING, "examples": examples}
    if "" in texts.values():
        content[TEXT if status is HTTPStatus.GONE else _HTML] = (
            {"schema": EMPTY} if not examples else {"schema": STRING}
        )
    names = ["Error", *(["Retry-After"] if status is HTTPStatus.TOO_MANY_REQUESTS else [])]
    return {
        "description": status.phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": content,
    }


def _derived(route: Route, call: Call) -> Iterable[errors.OsmError]:
    """Yield the errors that the base view raises for all calls, in order."""
    rules = route.rules
    if "{" in route.path:
        # What is not an id does not match the path.
        yield errors.NotFoundError()
    if not rules.dialect.names_identity or not _is_form(call):
        yield errors.UnsupportedEncodingError()
    if not rules.while_offline:
        yield errors.OfflineError()
    if not rules.plain_text:
        offered = [media_type for media_type in call.response if media_type != TEXT]
        yield errors.NotAcceptableError(route.path, offered)
    if rules.needs or rules.token is Token.WELCOME:
        yield from _refusals_of_users(rules)
    if call.body:
        yield errors.TooLargeError(f"The document is larger than {settings.MAX_UPLOAD_SIZE} bytes")
        if not _is_form(call):
            yield errors.BadRequestError("The body is incomplete")
    if route.method != "get" or not rules.while_offline:
        yield errors.TimedOutError()


def _is_form(call: Call) -> bool:
    return not {FORM, MULTIPART}.isdisjoint(call.body)


def _refusals_of_users(rules: Rules) -> Iterable[errors.OsmError]:
    if rules.needs:
        yield errors.NotAuthenticatedError()
    requirement = rules.needs.requirement if rules.needs else ACCOUNT
    if not requirement.while_blocked:
        yield errors.BlockedError()
        yield errors.UrgentMessageError()
    if requirement.terms is not Terms.UNSEEN:
        yield errors.TermsUnseenError()
    if rules.needs:
        yield errors.NotPermittedError()
    if requirement.public_edits:
        yield errors.PrivateEditsError()
