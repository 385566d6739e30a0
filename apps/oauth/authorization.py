"""Authorization requests: read, checked, granted or refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from oauthlib.oauth2.rfc6749.errors import InvalidRequestFatalError

from apps.users.models import User

from .models import Application
from .server import server
from .validator import token_for

PARAMETERS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)
_CODE_CHALLENGE = re.compile(r"[A-Za-z0-9._~+/=-]{1,128}")
_LONGEST_NONCE = 255


@dataclass(frozen=True)
class AuthorizationRequest:
    """A valid request of an application, which is registered for all the scopes in it."""

    application: Application
    scopes: list[str]
    redirect_uri: str
    state: str | None
    parameters: dict[str, str]
    uri: str
    credentials: dict[str, Any]

    def needs_consent(self, user: User) -> bool:
        """Return whether to ask the user: not if an administrator has exempted the application, nor if the user has
        agreed before. Public applications always ask, as they cannot prove their identity."""
        if self.application.is_trusted:
            return False
        return not self.application.is_confidential or token_for(user, self.application, self.scopes) is None

    def grant(self, user: User) -> str:
        """Return the URL to redirect the user to, with a code in it."""
        headers, _body, _status = server().create_authorization_response(
            self.uri, scopes=self.scopes, credentials={**self.credentials, "user": user}
        )
        return str(headers["Location"])

    def refuse(self, error: str, description: str) -> str:
        """Return the URL to redirect the user to, with an error in it."""
        response = {"error": error, "error_description": description}
        if self.state:
            response["state"] = self.state
        return self.redirect_uri + ("&" if "?" in self.redirect_uri else "?") + urlencode(response)


def read_request(parameters: Iterable[tuple[str, str]]) -> AuthorizationRequest:
    """Return the request in the query parameters. Raises oauthlib's OAuth2Error."""
    # Repeated parameters stay repeated, which oauthlib reports as an error.
    sent = list(parameters)
    given = [(name, value) for name in PARAMETERS for key, value in sent if key == name]
    for name, value in given:
        if (
            "\0" in value
            or (name == "code_challenge" and not _CODE_CHALLENGE.fullmatch(value))
            or (name == "nonce" and len(value) > _LONGEST_NONCE)
        ):
            raise InvalidRequestFatalError(description=f"Invalid {name} parameter.")
    uri = "/oauth2/authorize?" + urlencode(given)
    scopes, credentials = server().validate_authorization_request(uri)
    checked = credentials["request"]
    return AuthorizationRequest(
        application=checked.client,
        scopes=list(dict.fromkeys(scopes)),
        redirect_uri=checked.redirect_uri,
        state=checked.state,
        parameters=dict(given),
        uri=uri,
        credentials=credentials,
    )
