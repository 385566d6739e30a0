"""How `make test` distributes the tests among the workers of pytest-xdist.

A free worker gets one test at a time. Only tests that share something costly stay together; they go first, so that
the other worker does not wait for them at the end. (The marker `xdist_group` would do the same, but xdist 3.8 writes
it into the ids of the tests, which pytest 9 computes again.)
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_TOGETHER = [
    # Each extract is imported once for all tests that read it.
    re.compile(r"(tests/api06/test_extracts\.py)::\w+\[([\w.-]+\.pbf)"),
    # Data folders and running instances.
    re.compile(r"(tests/instance/test_\w+\.py)::"),
]


def unit_of(node_id: str) -> str:
    """Return the name of what one worker gets as a whole: a test, or the tests that share something."""
    for rule in _TOGETHER:
        if found := rule.match(node_id):
            return " ".join(found.groups())
    return node_id


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)
