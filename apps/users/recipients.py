"""Which users are notified of an event, and how."""

from django.db.models import Exists, OuterRef, QuerySet

from apps.notifications.notices import Recipient

from .models import User, UserPreference

_NO = ["false", "0", "no", "off"]
MAIL_PREFERENCE = "notification.{event}.email"


def recipients_among(users: QuerySet[User], *, event: str) -> list[Recipient]:
    """Return the users whose accounts are visible as recipients. One statement.

    Users who set the preference `notification.<event>.email` to false get no mail (upstream behaviour 2.9.8).
    """
    opt_outs = UserPreference.objects.filter(
        user=OuterRef("pk"), k=MAIL_PREFERENCE.format(event=event), v__in=_NO
    )
    visible = users.exclude(status__in=[User.Status.SUSPENDED, User.Status.DELETED])
    rows = visible.order_by("pk").values_list("pk", "display_name", "email", "languages", Exists(opt_outs))
    return [
        Recipient(pk, name, None if opted_out else email, languages)
        for pk, name, email, languages, opted_out in rows
    ]


def unwanted_mails(user: User) -> set[str]:
    """Return the keys of the email preferences the user has turned off. One statement."""
    return set(user.preferences.filter(k__startswith="notification.", v__in=_NO).values_list("k", flat=True))
