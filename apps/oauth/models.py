"""OAuth 2 applications and used codes. Tokens and grants are in django-oauth-toolkit's own tables."""

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


class UsedCode(models.Model):
    """A code that was exchanged for a token, until the code would have expired.

    Whoever sends it once more may have stolen it, or the first one had, so the token ends (RFC 6749, 4.1.2).
    """

    code = models.CharField(max_length=255, primary_key=True)
    token = models.ForeignKey("oauth2_provider.AccessToken", on_delete=models.CASCADE, related_name="+")
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"code of token {self.token_id}"
