"""Authors as pages show them."""

from dataclasses import dataclass

from .models import User


@dataclass(frozen=True)
class Author:
    """A name to show and link to; None if the author's edits are not public or the account is deleted."""

    name: str | None
    is_deleted: bool = False

    @classmethod
    def of(cls, name: str, *, public: bool, status: str) -> "Author":
        if status == User.Status.DELETED:
            return cls(None, is_deleted=True)
        return cls(name if public else None)

    @classmethod
    def of_user(cls, user: User) -> "Author":
        return cls.of(user.display_name, public=user.data_public, status=user.status)
