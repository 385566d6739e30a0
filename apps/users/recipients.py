"""Who hears of something that happened."""

from django.db.models import Exists, OuterRef, QuerySet

from apps.notifications.notices import Recipient

from .models import User, UserPreference

_NO = ["false", "0", "no", "off"]
MAIL_PREFERENCE = "notification.{event}.email"


def recipients_among(users: QuerySet[User], *, event: str) -> list[Recipient]:
    """Those of the users whose accounts are visible; the preference `notification.<event>.email` keeps mails
    away (upstream behaviour 2.9.8). One statement."""
    refusals = UserPreference.objects.filter(
        user=OuterRef("pk"), k=MAIL_PREFERENCE.format(event=event), v__in=_NO
    )
    visible = users.exclude(status__in=[User.Status.SUSPENDED, User.Status.DELETED])
    rows = visible.order_by("pk").values_list("pk", "display_name", "email", "languages", Exists(refusals))
    return [
        Recipient(pk, name, None if refuses else email, languages)
        for pk, name, email, languages, refuses in rows
    ]


def unwanted_mails(user: User) -> set[str]:
    """The preferences by which a user keeps mails away. One statement."""
    return set(user.preferences.filter(k__startswith="notification.", v__in=_NO).values_list("k", flat=True))
