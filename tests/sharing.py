"""How `make test` shares the tests out among the workers of pytest-xdist.

One test at a time goes to whoever is free, but for those that share something costly: they stay together, and
go first, so that none of them is what the others wait for at the end. (The marker `xdist_group` would say as
much, but xdist 3.8 writes it into the nodes' ids, which pytest 9 computes anew.)
"""

import re
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_TOGETHER = [
    # An extract is imported once for all tests of it.
    re.compile(r"(tests/api06/test_extracts\.py)::\w+\[([\w.-]+\.pbf)"),
    # Data folders and running instances.
    re.compile(r"(tests/instance/test_\w+\.py)::"),
]


def unit_of(node_id: str) -> str:
    """What is given to one worker as a whole: a test, or the tests that share something."""
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
