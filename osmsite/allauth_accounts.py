"""In a module of its own: beside `OsmsiteConfig`, Django would not know which of the two is the app's."""

from allauth.account.apps import AccountConfig


class AllauthAccountConfig(AccountConfig):  # type: ignore[misc]
    """What django-allauth's second factor needs of its accounts: the tables. Log-in and pages are ours, so
    its middleware is not there to be looked for."""

    def ready(self) -> None:
        pass
