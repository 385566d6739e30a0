"""The personas of the cases, and other values that the API itself cannot provide."""

import tomllib
from pathlib import Path
from random import Random

_RANDOM = Random()


def read(path: Path) -> dict[str, str]:
    """Read a TOML file into values by name: `token` in the table `[alice]` becomes `alice.token`."""
    return flat(tomllib.loads(path.read_text()))


def flat(tables: dict[str, object], prefix: str = "") -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in tables.items():
        if isinstance(value, dict):
            values |= flat(value, f"{prefix}{name}.")
        else:
            values[prefix + name] = str(value)
    return values


def at_random() -> dict[str, str]:
    """Return an unused position and an unused name, so that cases can be played again on the same server."""
    return {
        "lat": f"{_RANDOM.uniform(10, 60):.4f}",
        "lon": f"{_RANDOM.uniform(10, 60):.4f}",
        "unique": f"{_RANDOM.randrange(10**12)}",
    }
