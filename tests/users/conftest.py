import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _forget() -> None:
    """Rate limits of other tests."""
    cache.clear()
