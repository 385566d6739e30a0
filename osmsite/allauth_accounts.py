"""In a module of its own: next to `OsmsiteConfig`, Django could not tell which of the two configures the app."""

from allauth.account.apps import AccountConfig


class AllauthAccountConfig(AccountConfig):  # type: ignore[misc]
    """django-allauth's accounts, as far as its second factor needs them: the tables.

    Log-in and pages are ours: `ready` must not insist on allauth's middleware.
    """

    def ready(self) -> None:
        pass
