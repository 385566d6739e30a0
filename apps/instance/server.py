"""What the two embedded servers have in common, so that one keeper can look after either."""

import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from apps.instance import embedded


@dataclass(frozen=True)
class Place:
    """One data folder, and how its servers are to run in it."""

    data_dir: Path
    account: pwd.struct_passwd | None
    """Whom the servers run as; None: whoever starts them."""
    volatile: bool = False
    """Does without fsync: for the throw-away databases of tests."""

    @property
    def sockets(self) -> Path:
        return embedded.socket_dir(self.data_dir)

    def give(self, path: Path) -> None:
        """Makes over a file or folder to the servers' account."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


@dataclass(frozen=True)
class Server:
    """One of the embedded servers, as its keeper needs it."""

    name: str
    program: str
    """The process's name, as the system shows it."""
    stop: signal.Signals
    """Ends it quickly and cleanly."""
    give_up: signal.Signals
    """Ends it at once, still without loss of what was committed."""
    folder: Callable[[Place], Path]
    """Its working directory, by which a left-over process is recognised."""
    prepare: Callable[[Place], None]
    """Makes the folder and the configuration; called with no such server running in it."""
    command: Callable[[Place], list[str]]
    is_ready: Callable[[Place], bool]
    """Whether it answers; makes what clients expect to find, at the first start."""
