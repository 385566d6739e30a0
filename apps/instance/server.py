"""What the two embedded servers have in common, so that one keeper can run either."""

import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import embedded


@dataclass(frozen=True)
class ServerContext:
    """A data folder, and how the embedded servers run in it."""

    data_dir: Path
    account: pwd.struct_passwd | None
    """The account that the servers run as; None: that of the process that starts them."""
    volatile: bool = False
    """Whether to do without fsync, for the throw-away databases of tests."""

    @property
    def sockets(self) -> Path:
        return embedded.socket_dir(self.data_dir)

    def hand_over(self, path: Path) -> None:
        """Make the servers' account the owner of a file or folder."""
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


@dataclass(frozen=True)
class Server:
    """One of the embedded servers, as the keeper sees it."""

    name: str
    program: str
    """The name of its process."""
    stop: signal.Signals
    """The signal that ends it quickly and cleanly."""
    give_up: signal.Signals
    """The signal that ends it at once, without losing committed data."""
    folder: Callable[[ServerContext], Path]
    """Returns its working directory, by which a leftover process is recognised."""
    prepare: Callable[[ServerContext], None]
    """Creates the folder and the configuration; called while no such server runs in it."""
    command: Callable[[ServerContext], list[str]]
    is_ready: Callable[[ServerContext], bool]
    """Returns whether it accepts connections; at the first start, creates what clients expect to find."""
