"""The test suite's own environment: real servers, a data folder of its own, and the test users."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from apps.users.models import User


def test_the_data_folder_is_outside_of_the_clone() -> None:
    assert not Path(settings.DATA_DIR).is_relative_to(settings.BASE_DIR)


@pytest.mark.django_db
def test_the_database_is_a_real_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


def test_the_cache_is_a_real_redis() -> None:
    cache.set("tests:harness", "stored", 5)
    assert cache.get("tests:harness") == "stored"


@pytest.mark.django_db
def test_mallory_is_blocked_and_alice_is_not(alice: User, mallory: User) -> None:
    assert [block.is_active for block in mallory.blocks.all()] == [True]
    assert not alice.blocks.exists()


@pytest.mark.django_db
def test_the_moderator_and_the_administrator_have_their_roles(moderator: User, administrator: User) -> None:
    assert [role.role for role in moderator.roles.all()] == ["moderator"]
    assert [role.role for role in administrator.roles.all()] == ["administrator"]
