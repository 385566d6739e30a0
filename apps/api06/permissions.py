"""Who may do what over the API: the one table of roles and scopes."""

from typing import cast

from rest_framework.request import Request

from apps.users.models import User, UserRole


def caller(request: Request) -> User | None:
    """Whose token the request carries."""
    return cast("User | None", request.user)


def scopes(request: Request) -> list[str]:
    """What the token allows; nothing without one."""
    return request.auth.scope.split() if caller(request) else []  # type: ignore[union-attr]


def is_moderator(request: Request) -> bool:
    user = caller(request)
    return user is not None and user.is_active and user.has_role(UserRole.Role.MODERATOR)


def may_see_redacted(request: Request) -> bool:
    """A moderator who asks for it: `show_redactions=true`, exactly."""
    return request.GET.get("show_redactions") == "true" and is_moderator(request)
