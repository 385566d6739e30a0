"""Endpoints for applications: token, revoke, introspect, userinfo, keys and discovery."""

import base64
import binascii
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider.utils import jwk_from_pem
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error

from apps.oauth.models import Application
from apps.oauth.querysets import find_client
from apps.oauth.scopes import DESCRIPTIONS
from apps.oauth.server import server
from apps.oauth.tokens import bearer, find_token
from apps.oauth.validator import Validator
from apps.web.cors import open_to_any_origin

from .limits import limits_wrong_secrets

_DAY = 86_400


@open_to_any_origin("POST")
@never_cache
@sensitive_post_parameters("client_secret", "code", "code_verifier")
@limits_wrong_secrets
def token(request: HttpRequest) -> HttpResponse:
    """Exchange a code for a token (RFC 6749, 4.1.3)."""
    if any("\0" in value for values in request.POST.lists() for value in values[1]):
        return _error(InvalidRequestError(description="A parameter contains a NUL."))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if "Authorization" in request.headers:
        headers["HTTP_AUTHORIZATION"] = request.headers["Authorization"]
    try:
        # If two requests exchange one code at once, the second finds no code and creates no token.
        with transaction.atomic():
            response_headers, body, status = server().create_token_response(
                request.path, "POST", request.POST.urlencode(), headers
            )
    except OAuth2Error as error:
        return _error(error)
    response = HttpResponse(body, status=status)
    for name, value in response_headers.items():
        response[name] = value
    response["Content-Type"] = "application/json; charset=utf-8"
    return response


@open_to_any_origin("POST")
@never_cache
@sensitive_post_parameters("token", "client_secret")
@limits_wrong_secrets
def revoke(request: HttpRequest) -> HttpResponse:
    """Revoke a token of the client (RFC 7009). An unknown token counts as revoked."""
    found = find_token(request.POST.get("token", ""))
    if found is None:
        return JsonResponse({})
    client = _client(request)
    if client is None or client.pk != found.application_id:
        return JsonResponse(
            {
                "error": "unauthorized_client",
                "error_description": "You are not authorized to revoke this token",
            },
            status=HTTPStatus.FORBIDDEN,
        )
    found.delete()
    return JsonResponse({})


@open_to_any_origin("POST")
@never_cache
@sensitive_post_parameters("token", "client_secret")
@limits_wrong_secrets
def introspect(request: HttpRequest) -> HttpResponse:
    """Describe a token of the client (RFC 7662). Another client's token is reported as inactive."""
    client = _client(request)
    if client is None:
        response = JsonResponse(
            {
                "error": "invalid_client",
                "error_description": "Client authentication failed due to unknown client, no client "
                "authentication included, or unsupported authentication method.",
            },
            status=HTTPStatus.UNAUTHORIZED,
        )
        response["WWW-Authenticate"] = f'Basic realm="{settings.PUBLIC_URL}"'
        return response
    found = find_token(request.POST.get("token", ""))
    if found is None or found.application_id != client.pk:
        return JsonResponse({"active": False})
    return JsonResponse(
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
    return JsonResponse(
        {
            "resource_owner_id": found.user_id,
            "scope": found.scope.split(),
            "expires_in": None,
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
        response = JsonResponse({"error": "insufficient_scope"}, status=HTTPStatus.FORBIDDEN)
        response["WWW-Authenticate"] = 'Bearer error="insufficient_scope", scope="openid"'
        return response
    claims = {"sub": str(found.user_id), "preferred_username": found.user.display_name}
    if "read_email" in scopes:
        claims["email"] = found.user.email
    return JsonResponse(claims)


@open_to_any_origin("GET")
@cache_control(public=True, max_age=_DAY)
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the public key that verifies ID tokens (RFC 7517)."""
    key = jwk_from_pem(settings.SIGNING_KEY)
    public = json.loads(key.export_public())
    return JsonResponse({"keys": [{"use": "sig", "alg": "RS256", "kid": key.thumbprint(), **public}]})


@open_to_any_origin("GET")
@cache_control(public=True, max_age=_DAY)
def discovery(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """List the endpoints and their capabilities (OpenID Connect Discovery 1.0, RFC 8414)."""
    base = settings.PUBLIC_URL
    authentication = ["client_secret_basic", "client_secret_post"]
    return JsonResponse(
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


def _client(request: HttpRequest) -> Application | None:
    """Return the application that authenticates by HTTP Basic or in the body, or a public one by its client id."""
    client_id, secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(credentials).decode()
        except (binascii.Error, ValueError):
            return None
        client_id, secret = (unquote_plus(part) for part in decoded.partition(":")[::2])
    if not client_id or "\0" in client_id:
        return None
    application = find_client(client_id)
    if application is None:
        return None
    if not application.is_confidential:
        return application if not secret else None
    return application if Validator()._check_secret(secret, application.client_secret) else None


def _bearer_token(request: HttpRequest) -> Any | None:
    text = bearer(request.META)
    return find_token(text) if text else None


def _no_token(request: HttpRequest) -> HttpResponse:
    """Respond with 401, and with the reason only if the request had a token (RFC 6750, 3.1)."""
    response = JsonResponse({"error": "invalid_token"}, status=HTTPStatus.UNAUTHORIZED)
    response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if bearer(request.META) else "Bearer"
    return response


def _error(error: OAuth2Error) -> HttpResponse:
    response = HttpResponse(error.json, status=error.status_code)
    for name, value in error.headers.items():
        response[name] = value
    response["Content-Type"] = "application/json; charset=utf-8"
    return response
