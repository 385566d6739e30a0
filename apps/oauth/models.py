"""OAuth 2 applications. Tokens and grants are in django-oauth-toolkit's own tables."""

from django.db import models
from oauth2_provider.models import AbstractApplication


class Application(AbstractApplication):  # type: ignore[misc]
    """A program that acts on behalf of users, and the scopes that it may ask for."""

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
        """Return whether it can keep a secret, because it runs on a server rather than on its users' devices."""
        return bool(self.client_type == self.CLIENT_CONFIDENTIAL)

    @property
    def is_trusted(self) -> bool:
        """Return whether an administrator has exempted it from asking users for consent."""
        return "skip_authorization" in self.scopes.split()
