"""The authorization server: oauthlib's, with the authorization code grant only."""

from functools import cache
from typing import Any

from oauthlib.oauth2 import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types import AuthorizationCodeGrant
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant as OpenIdCodeGrant
from oauthlib.openid.connect.core.grant_types.dispatchers import (
    AuthorizationCodeGrantDispatcher,
    AuthorizationTokenGrantDispatcher,
)

from .validator import Validator, token_text


class Server(AuthorizationEndpoint, TokenEndpoint):  # type: ignore[misc]
    """Issues codes, and tokens for codes; no refresh tokens, as tokens do not expire."""

    def __init__(self, validator: Any) -> None:
        grant = AuthorizationCodeGrant(validator, refresh_token=False)
        openid_grant = OpenIdCodeGrant(validator, refresh_token=False)
        bearer = BearerToken(validator, token_text)
        AuthorizationEndpoint.__init__(
            self,
            default_response_type="code",
            default_token_type=bearer,
            response_types={"code": AuthorizationCodeGrantDispatcher(grant, openid_grant)},
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            default_token_type=bearer,
            grant_types={
                "authorization_code": AuthorizationTokenGrantDispatcher(validator, grant, openid_grant)
            },
        )


@cache
def server() -> Server:
    return Server(Validator())
