"""What tests need from the machine: a test is skipped where that is missing, and fails in CI."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where the environment variable CI says that every test has to run."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(*names: str, package: str) -> str:
    """Return the path of the first of the programs that is installed."""
    for name in names:
        if path := shutil.which(name):
            return path
    missing(f"there is no {names[0]} on this machine (on Debian: apt install {package})")
