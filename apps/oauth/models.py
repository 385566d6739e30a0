"""The OAuth 2 application. Tokens and grants are django-oauth-toolkit's own tables."""

from django.db import models
from oauth2_provider.models import AbstractApplication


class Application(AbstractApplication):  # type: ignore[misc]
    """A program that acts for users; which scopes it may ask for is fixed when it is registered."""

    scopes = models.TextField(default="", blank=True)

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
