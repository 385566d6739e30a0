"""What moderators do."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.moderation.models import Redaction
from apps.users.models import User, UserRole


def create_redaction(moderator: User, *, title: str, description: str = "") -> Redaction:
    """Makes the reason under which old versions can be put out of sight. Raises ValidationError."""
    if not moderator.roles.filter(role=UserRole.Role.MODERATOR).exists():
        raise ValidationError(_("%(name)s is not a moderator."), params={"name": moderator.display_name})
    if not title.strip() or len(title) > 255:
        raise ValidationError(_("The title must have 1 to 255 characters."))
    return Redaction.objects.create(user=moderator, title=title, description=description)
