"""Blocks for tests, and browsers for several users."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.users.models import User, UserBlock


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def block(user: User, by: User, hours: float = 24, **fields: Any) -> UserBlock:
    ends_at = timezone.now() + timedelta(hours=hours)
    return user.blocks.create(**{"creator": by, "reason": "Please *talk*", "ends_at": ends_at} | fields)


def read(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return " ".join(response.content.decode().split())
