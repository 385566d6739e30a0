"""`manage.py create_token`."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.api06.authentication import BearerToken
from apps.oauth.actions import create_application, create_token
from apps.users.models import User

pytestmark = pytest.mark.django_db


def create(capsys: pytest.CaptureFixture[str], scopes: str) -> str:
    call_command("create_token", "alice", "--scopes", scopes)
    return capsys.readouterr().out.removesuffix("\n")


def test_the_api_accepts_the_token(capsys: pytest.CaptureFixture[str], alice: User) -> None:
    token = create(capsys, "read_prefs write_api")
    request = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    found = BearerToken().authenticate(Request(request))
    assert found is not None
    user, access = found
    assert user == alice
    assert access.scope == "read_prefs write_api"
    assert access.is_valid(["read_prefs", "write_api"])
    assert not access.is_valid(["write_notes"])


def test_it_does_not_expire(capsys: pytest.CaptureFixture[str], alice: User) -> None:
    create(capsys, "read_prefs")
    [access] = get_access_token_model().objects.all()
    assert access.expires.year - timezone.now().year > 1000


def test_each_call_creates_a_token_of_the_same_application(
    capsys: pytest.CaptureFixture[str], alice: User
) -> None:
    tokens = {create(capsys, "read_prefs"), create(capsys, "write_notes write_notes")}
    assert len(tokens) == 2
    found = get_access_token_model().objects.all()
    assert len({access.application_id for access in found}) == 1
    assert {access.scope for access in found} == {"read_prefs", "write_notes"}


@pytest.mark.parametrize("scopes", ["fly", "read_prefs fly", "READ_PREFS", "read_prefs,write_api"])
def test_it_rejects_unknown_scopes(alice: User, scopes: str) -> None:
    with pytest.raises(CommandError, match="There is no scope"):
        call_command("create_token", "alice", "--scopes", scopes)
    assert not get_access_token_model().objects.exists()


def test_it_rejects_missing_scopes_and_unknown_users(alice: User) -> None:
    with pytest.raises(CommandError, match="At least one scope"):
        call_command("create_token", "alice", "--scopes", " ")
    with pytest.raises(CommandError, match="There is no user bob"):
        call_command("create_token", "bob", "--scopes", "read_prefs")


@pytest.mark.parametrize("scopes", [[], ["write_everything"], ["read_prefs", "a b"]])
def test_the_actions_refuse_unknown_scopes(alice: User, scopes: list[str]) -> None:
    with pytest.raises(ValidationError):
        create_token(alice, scopes=scopes)
    with pytest.raises(ValidationError):
        create_application(
            alice, name="x", redirect_uris=["https://a.example/"], scopes=scopes, by_operator=True
        )
    assert not get_access_token_model().objects.exists()
