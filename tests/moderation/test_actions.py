"""What redactions require of their moderator, whoever calls the action."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.moderation import actions
from apps.moderation.models import Redaction
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import NotActiveError, RoleMissingError, TermsNotAgreedError
from apps.users.models import User

pytestmark = pytest.mark.django_db
NODE = ElementRef(ElementType.NODE, 1)


@pytest.fixture
def redaction(moderator: User) -> Redaction:
    return actions.create_redaction(moderator, title="Copied")


@pytest.mark.parametrize(
    "act",
    [
        lambda user, _redaction: actions.create_redaction(user, title="x"),
        lambda user, redaction: actions.update_redaction(
            user, redaction=redaction, title="x", description=""
        ),
        lambda user, redaction: actions.delete_redaction(user, redaction=redaction),
        lambda user, redaction: actions.redact(user, ref=NODE, version=1, redaction_id=redaction.pk),
        lambda user, _redaction: actions.unredact(user, ref=NODE, version=1),
    ],
)
def test_only_active_moderators_may_redact(
    redaction: Redaction, alice: User, moderator: User, act: Callable[[User, Redaction], Any]
) -> None:
    with pytest.raises(RoleMissingError):
        act(alice, redaction)
    moderator.status = User.Status.SUSPENDED
    with pytest.raises(NotActiveError):
        act(moderator, redaction)
    assert Redaction.objects.get().title == "Copied"


def test_only_moderators_who_have_agreed_to_the_terms_may_redact_versions(
    redaction: Redaction, moderator: User
) -> None:
    moderator.terms_agreed = None
    with pytest.raises(TermsNotAgreedError):
        actions.redact(moderator, ref=NODE, version=1, redaction_id=redaction.pk)
    with pytest.raises(TermsNotAgreedError):
        actions.unredact(moderator, ref=NODE, version=1)
