"""The persons that the cases speak of, and what else a server has that no call of the API makes."""

import tomllib
from pathlib import Path
from random import Random

_RANDOM = Random()


def read(path: Path) -> dict[str, str]:
    """The values of a TOML file by their names: `token` in the table `[alice]` is `alice.token`."""
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
    """A place where nothing is yet, and a name that nothing has: cases can be played again on the same server."""
    return {
        "lat": f"{_RANDOM.uniform(10, 60):.4f}",
        "lon": f"{_RANDOM.uniform(10, 60):.4f}",
        "unique": f"{_RANDOM.randrange(10**12)}",
    }
