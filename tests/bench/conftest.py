from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.users.models import UserRole
from tests.conftest import make_user


@pytest.fixture
def tokens(transactional_db: None) -> list[str]:
    """Return the tokens of four users who may change any number of elements."""
    ends = timezone.now() + timedelta(days=1)
    for number in range(4):
        user = make_user(f"importer {number}", role=UserRole.Role.IMPORTER)
        AccessToken.objects.create(user=user, token=f"token{number}", scope="write_api", expires=ends)
    return [f"token{number}" for number in range(4)]
