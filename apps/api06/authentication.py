"""Authentication by the bearer token of the `Authorization` header, and nothing else."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.oauth.tokens import bearer, find_token
from apps.users.models import User


class BearerToken(BaseAuthentication):
    """Treats an unknown token like none: each call decides whether it needs a user."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        token = bearer(request.META)
        access_token = find_token(token) if token else None
        return (access_token.user, access_token) if access_token else None
