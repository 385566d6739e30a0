"""Who may do something about notes, in words for pages. The API refuses the same in its own."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.instance.status import ONLINE, service_status
from apps.users.models import User


def denial_reason(user: User | None) -> Promise | None:
    """Why nothing can be written now, by this user or, where None, by a visitor; None where it can.

    One statement for a user.
    """
    if service_status().api != ONLINE:
        return _("Notes can only be read at the moment, because the server is looked after.")
    if user is not None and user.blocks.active().exists():
        return _("You are blocked, so you cannot write notes or comments now.")
    return None
