"""Readers of environment variables. An invalid value stops the start with a one-line message."""

import os
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# The settings that have to be above 0, as `limit` collects them for `checks.py`.
LIMITS: list[str] = []

_Number = TypeVar("_Number", int, float)


def env(name: str, default: str) -> str:
    return os.environ.get(name, default)


def env_int(name: str, default: int) -> int:
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {os.environ[name]!r}") from None


def env_float(name: str, default: float) -> float:
    try:
        return float(os.environ.get(name) or default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {os.environ[name]!r}") from None


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").lower()
    if value not in {"", "0", "1", "no", "yes", "false", "true", "off", "on"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value in {"1", "yes", "true", "on"} if value else default


def env_list(name: str, default: list[str]) -> list[str]:
    return os.environ[name].split() if os.environ.get(name) else default


def env_ints(name: str, default: list[int]) -> list[int]:
    texts = env_list(name, [])
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise ImproperlyConfigured(
            f"{name} must be whole numbers separated by spaces, not {os.environ[name]!r}"
        )
    return [int(text) for text in texts] or default


def env_url(name: str) -> str:
    """Return the URL of a service, without a slash at its end; empty if it is not set."""
    text = os.environ.get(name, "").strip().rstrip("/")
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        is_url = is_url and "@" not in parts.netloc
    except ValueError:
        is_url = False
    if text and (not is_url or parts.query or parts.fragment or not text.isprintable() or " " in text):
        raise ImproperlyConfigured(f"{name} must be a URL, https://host or https://host/path, not {text!r}")
    return text


def limit(name: str, default: _Number) -> _Number:
    """Return the number, and have the system checks insist that it is above 0."""
    LIMITS.append(name.removeprefix("OSMSITE_"))
    return env_int(name, default) if isinstance(default, int) else env_float(name, default)
