"""Reads of applications and of the permissions that users gave them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from apps.osm.errors import NotFoundError
from apps.users.models import User

from .models import Application
from .scopes import DESCRIPTIONS


def applications_of(user: User) -> QuerySet[Application]:
    """Return the applications that the user registered, oldest first."""
    found: QuerySet[Application] = Application.objects.filter(user=user).order_by("id")
    return found


def access_application(user: User, application_id: int) -> Application:
    """Return one of the user's own applications. Raises NotFoundError."""
    application = applications_of(user).filter(id=application_id).first()
    if application is None:
        raise NotFoundError
    return application


@dataclass(frozen=True)
class Authorization:
    """The permissions that a user has given an application, over all of its tokens."""

    application: Application
    scopes: list[str]
    last: datetime


def authorizations_of(user: User) -> list[Authorization]:
    """Return the user's authorizations, ordered by the application's name. One statement."""
    valid = get_access_token_model().objects.filter(user=user, expires__gt=timezone.now())
    tokens = valid.select_related("application").order_by("id")
    found: dict[Application, Authorization] = {}
    for token in tokens:
        before = found.get(token.application)
        scopes = {*token.scope.split(), *(before.scopes if before else [])}
        found[token.application] = Authorization(
            token.application, [scope for scope in DESCRIPTIONS if scope in scopes], token.created
        )
    return sorted(found.values(), key=lambda authorization: authorization.application.name.lower())


def find_application(application_id: int) -> Application | None:
    """Return the application with this id, whoever owns it."""
    found: Application | None = Application.objects.filter(id=application_id).first()
    return found


def find_client(client_id: str) -> Application | None:
    """Return the application with this client id."""
    found: Application | None = Application.objects.filter(client_id=client_id).first()
    return found
