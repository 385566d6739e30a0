"""Accounts that nobody has confirmed."""

from datetime import datetime, timedelta

from .models import User

KEPT_FOR = timedelta(days=30)
_BATCH = 1000


def remove_unconfirmed(now: datetime) -> int:
    """Delete the oldest accounts that were signed up for a month ago and never confirmed.

    Their names and email addresses become free again. Returns how many there were.
    """
    unconfirmed = User.objects.filter(
        status=User.Status.PENDING,
        email_valid=False,
        creation_address__isnull=False,
        created_at__lt=now - KEPT_FOR,
        changesets__isnull=True,
    )
    ids = list(unconfirmed.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
    _rows, by_model = User.objects.filter(pk__in=ids, status=User.Status.PENDING).delete()
    return by_model.get(User._meta.label, 0)
