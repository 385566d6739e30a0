"""The OAuth 2 application. Tokens and grants are django-oauth-toolkit's own tables."""

from django.db import models
from oauth2_provider.models import AbstractApplication


class Application(AbstractApplication):  # type: ignore[misc]
    """A program that acts for users; which scopes it may ask for is fixed when it is registered."""

    scopes = models.TextField(default="", blank=True)
    algorithm = models.CharField(
        max_length=5,
        choices=AbstractApplication.ALGORITHM_TYPES,
        default=AbstractApplication.RS256_ALGORITHM,
        blank=True,
    )

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    @property
    def is_confidential(self) -> bool:
        """Can keep a secret: runs on a server rather than at its users'."""
        return bool(self.client_type == self.CLIENT_CONFIDENTIAL)

    @property
    def is_trusted(self) -> bool:
        """An administrator has said that users need not be asked."""
        return "skip_authorization" in self.scopes.split()
