import pytest

from tests import needs


def test_a_missing_program_skips_the_test_on_a_developers_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt install nothing-like-it"):
        needs.program("no-such-program", package="nothing-like-it")


def test_a_missing_program_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt install nothing-like-it"):
        needs.program("no-such-program", package="nothing-like-it")


def test_an_installed_program_is_found_by_any_of_its_names() -> None:
    assert needs.program("no-such-program", "sh", package="dash").endswith("/sh")
