"""Endpoints for applications: token, revoke, introspect, userinfo, keys and discovery."""

import json
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from oauth2_provider.utils import jwk_from_pem
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error

from apps.instance.proxies import client_address
from apps.oauth.actions import revoke_token
from apps.oauth.clients import authenticate_client
from apps.oauth.models import Application
from apps.oauth.scopes import DESCRIPTIONS
from apps.oauth.server import server
from apps.oauth.tokens import bearer, expires_in, find_token
from apps.osm.errors import TooManyRequestsError
from apps.users.rate_limits import network_of
from apps.web.cors import View, open_to_any_origin
from apps.web.responses import json_response

from .parameters import take_parameters

_DAY = 86_400


def _for_applications(view: View) -> View:
    """Pass the parameters of a POST request to the view, and keep its secrets out of error reports."""

    @open_to_any_origin("POST")
    @never_cache
    @sensitive_variables()
    @sensitive_post_parameters()
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        try:
            return view(request, take_parameters(request))
        except OAuth2Error as error:
            return _error(error)
        except TooManyRequestsError as error:
            return _too_many(error.retry_after)

    return wrapped


@_for_applications
def token(request: HttpRequest, parameters: QueryDict) -> HttpResponse:
    """Exchange a code for a token (RFC 6749, 4.1.3)."""
    if any("\0" in value for _name, values in parameters.lists() for value in values):
        raise InvalidRequestError(description="A parameter contains a NUL.")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "NETWORK": _network(request)}
    if "Authorization" in request.headers:
        headers["HTTP_AUTHORIZATION"] = request.headers["Authorization"]
    # If two requests exchange one code at once, the second finds no code and creates no token.
    with transaction.atomic():
        response_headers, body, status = server().create_token_response(
            request.path, "POST", parameters.urlencode(), headers
        )
    response = json_response(json.loads(body), status=status)
    for name, value in response_headers.items():
        response.headers.setdefault(name, value)
    return response


@_for_applications
def revoke(request: HttpRequest, parameters: QueryDict) -> HttpResponse:
    """Revoke a token of the client (RFC 7009). An unknown token counts as revoked."""
    found = find_token(parameters.get("token", ""))
    if found is None:
        return json_response({})
    client = _client(request, parameters)
    if client is None or client.pk != found.application_id:
        return json_response(
            {
                "error": "unauthorized_client",
                "error_description": "You are not authorized to revoke this token",
            },
            status=HTTPStatus.FORBIDDEN,
        )
    revoke_token(found)
    return json_response({})


@_for_applications
def introspect(request: HttpRequest, parameters: QueryDict) -> HttpResponse:
    """Describe a token of the client (RFC 7662). Another client's token is reported as inactive."""
    client = _client(request, parameters)
    if client is None:
        response = json_response(
            {
                "error": "invalid_client",
                "error_description": "Client authentication failed due to unknown client, no client "
                "authentication included, or unsupported authentication method.",
            },
            status=HTTPStatus.UNAUTHORIZED,
        )
        response["WWW-Authenticate"] = f'Basic realm="{settings.PUBLIC_URL}"'
        return response
    found = find_token(parameters.get("token", ""))
    if found is None or found.application_id != client.pk:
        return json_response({"active": False})
    return json_response(
        {
            "active": True,
            "scope": found.scope,
            "client_id": client.client_id,
            "token_type": "Bearer",
            "iat": int(found.created.timestamp()),
        }
    )


@open_to_any_origin("GET")
@never_cache
def token_info(request: HttpRequest) -> HttpResponse:
    """Describe the token of the `Authorization` header: its user, scopes and application."""
    found = _bearer_token(request)
    if found is None:
        return _no_token(request)
    return json_response(
        {
            "resource_owner_id": found.user_id,
            "scope": found.scope.split(),
            "expires_in": expires_in(found),
            "application": {"uid": found.application.client_id},
            "created_at": int(found.created.timestamp()),
        }
    )


@open_to_any_origin("GET", "POST")
@never_cache
def userinfo(request: HttpRequest) -> HttpResponse:
    """Return the OpenID Connect claims about the user of the `Authorization` header's token."""
    found = _bearer_token(request)
    if found is None or not found.user.is_active:
        return _no_token(request)
    scopes = found.scope.split()
    if "openid" not in scopes:
        response = json_response({"error": "insufficient_scope"}, status=HTTPStatus.FORBIDDEN)
        response["WWW-Authenticate"] = 'Bearer error="insufficient_scope", scope="openid"'
        return response
    claims = {"sub": str(found.user_id), "preferred_username": found.user.display_name}
    if "read_email" in scopes:
        claims["email"] = found.user.email
    return json_response(claims)


@open_to_any_origin("GET")
@cache_control(public=True, max_age=_DAY)
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the public key that verifies ID tokens (RFC 7517)."""
    key = jwk_from_pem(settings.SIGNING_KEY)
    public = json.loads(key.export_public())
    return json_response({"keys": [{"use": "sig", "alg": "RS256", "kid": key.thumbprint(), **public}]})


@open_to_any_origin("GET")
@cache_control(public=True, max_age=_DAY)
def discovery(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """List the endpoints and their capabilities (OpenID Connect Discovery 1.0, RFC 8414)."""
    base = settings.PUBLIC_URL
    authentication = ["client_secret_basic", "client_secret_post"]
    return json_response(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/oauth2/authorize",
            "token_endpoint": f"{base}/oauth2/token",
            "revocation_endpoint": f"{base}/oauth2/revoke",
            "introspection_endpoint": f"{base}/oauth2/introspect",
            "userinfo_endpoint": f"{base}/oauth2/userinfo",
            "jwks_uri": f"{base}/oauth2/discovery/keys",
            "scopes_supported": [scope for scope in DESCRIPTIONS if scope != "skip_authorization"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "token_endpoint_auth_methods_supported": [*authentication, "none"],
            "revocation_endpoint_auth_methods_supported": [*authentication, "none"],
            "introspection_endpoint_auth_methods_supported": authentication,
            "code_challenge_methods_supported": ["S256", "plain"],
            "prompt_values_supported": ["none", "consent"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claim_types_supported": ["normal"],
            "claims_supported": ["iss", "sub", "aud", "exp", "iat", "preferred_username", "email"],
        }
    )


def _client(request: HttpRequest, parameters: QueryDict) -> Application | None:
    return authenticate_client(
        request.headers.get("Authorization", ""),
        client_id=parameters.get("client_id", ""),
        secret=parameters.get("client_secret", ""),
        network=_network(request),
    )


def _network(request: HttpRequest) -> str:
    return network_of(client_address(request.META))


def _bearer_token(request: HttpRequest) -> Any | None:
    text = bearer(request.META)
    return find_token(text) if text else None


def _no_token(request: HttpRequest) -> HttpResponse:
    """Respond with 401, and with the reason only if the request had a token (RFC 6750, 3.1)."""
    response = json_response({"error": "invalid_token"}, status=HTTPStatus.UNAUTHORIZED)
    response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if bearer(request.META) else "Bearer"
    return response


def _error(error: OAuth2Error) -> HttpResponse:
    response = json_response(dict(error.twotuples), status=error.status_code)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _too_many(seconds: int) -> HttpResponse:
    body = {
        "error": "temporarily_unavailable",
        "error_description": "Too many requests with wrong client credentials. Please try again later.",
    }
    response = json_response(body, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response
