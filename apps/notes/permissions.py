"""Access control for writing notes."""

from apps.instance.status import ONLINE, service_status
from apps.osm.errors import OfflineError, OsmError
from apps.users import permissions
from apps.users.models import User


def denial_reason(user: User | None) -> OsmError | None:
    """Return why a user, or a visitor if None, cannot write notes now; None if they can. One statement for a user."""
    if service_status().api != ONLINE:
        return OfflineError()
    return permissions.denial_reason(user, permissions.ACCOUNT) if user else None
