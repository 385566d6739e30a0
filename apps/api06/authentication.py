"""Who asks: the bearer token of the `Authorization` header, and nothing else."""

from typing import Any

from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.users.models import User


class BearerToken(BaseAuthentication):
    """Tokens in the address or in the body are not looked at (upstream behaviour 1.1)."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        model = get_access_token_model()
        access_token = model.objects.select_related("user").filter(token=token.strip()).first()
        if access_token is None or access_token.user is None:
            return None
        if access_token.expires is not None and access_token.expires <= timezone.now():
            return None
        return access_token.user, access_token
