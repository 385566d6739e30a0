"""OAuth 2 from the application's side and in the user's browser, with Django's test client."""

import base64
import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.db.models import QuerySet
from django.test import Client

from apps.oauth.actions import create_application
from apps.oauth.models import Application
from apps.users.models import User

CALLBACK = "https://editor.example.org/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CHALLENGED = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def registered() -> QuerySet[Application]:
    """Return the applications that users have registered; the site's own have no owner."""
    found: QuerySet[Application] = Application.objects.exclude(user=None)
    return found


def register(
    owner: User, *uris: str, scopes: str = "read_prefs write_api openid", confidential: bool = True
) -> tuple[Application, str]:
    return create_application(
        owner,
        name="Editor",
        redirect_uris=uris or (CALLBACK,),
        scopes=scopes.split(),
        confidential=confidential,
        by_operator=True,
    )


def browser(user: User | None, **options: Any) -> Client:
    client = Client(**options)
    if user:
        client.force_login(user)
    return client


def address(application: Application, **changes: str | None) -> str:
    """Return the URL of the consent page, with a challenge if the application needs one; None omits a parameter."""
    parameters = {
        "client_id": application.client_id,
        "redirect_uri": application.redirect_uris.split()[0],
        "response_type": "code",
        "scope": "read_prefs",
        "state": "s&t=1",
        **({} if application.is_confidential else CHALLENGED),
        **changes,
    }
    return "/oauth2/authorize?" + urlencode({k: v for k, v in parameters.items() if v is not None})


def form_of(response: Any) -> dict[str, str]:
    """Return the hidden fields of the consent page."""
    page = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}


def consent(client: Client, page: str, **fields: str) -> Any:
    """Open the consent page and press Authorize (or, with `_method="delete"`, Deny)."""
    opened = client.get(page)
    assert opened.status_code == 200, opened.status_code
    return client.post("/oauth2/authorize", {**form_of(opened), **fields})


def answer_of(response: Any) -> dict[str, str]:
    """Return the query parameters of the redirect."""
    assert response.status_code == 302
    return dict(parse_qsl(urlsplit(response["Location"]).query))


def code_for(client: Client, page: str) -> str:
    return answer_of(consent(client, page))["code"]


def exchange(application: Application, code: str, /, *, secret: str = "", **changes: str | None) -> Any:
    """Exchange the code as the application does, without a browser; None omits a parameter."""
    parameters = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": application.client_id,
        "redirect_uri": application.redirect_uris.split()[0],
        **({"client_secret": secret} if secret else {}),
        **({} if application.is_confidential else {"code_verifier": VERIFIER}),
        **changes,
    }
    sent = {name: value for name, value in parameters.items() if value is not None}
    return Client().post("/oauth2/token", sent)


def basic(application: Application, secret: str) -> dict[str, str]:
    credentials = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {credentials}"}
