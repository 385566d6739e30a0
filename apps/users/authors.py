"""How pages name the author of something."""

from dataclasses import dataclass

from .models import User


@dataclass(frozen=True)
class Author:
    """A name to show and link; no name where the author is not public or the account is gone."""

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
