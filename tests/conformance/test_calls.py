"""Each call of the API has cases."""

import pytest

from conformance import files

from .calls import CALLS, Call

CASES = [case for name in files.names() for case in files.named(name).cases]
UNAVAILABLE = 503


def test_the_api_has_a_hundred_calls() -> None:
    assert len(set(CALLS)) == 100


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_call_has_cases_for_success_and_failure(call: Call) -> None:
    statuses = {case.status for case in CASES if call.is_made_by(case)}
    assert any(status < 300 for status in statuses)
    assert any(400 <= status < UNAVAILABLE for status in statuses)
