"""Processes of the instance: which account they run as, what ends them, and how leftovers of a crash are found."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psutil

SERVICE_USER = "osmsite"
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_SETPCAP = 1, 2, 8


class InstanceError(Exception):
    """The instance cannot do what was asked; the text is one line for the operator."""


def service_account() -> pwd.struct_passwd | None:
    """Return the unprivileged account of the embedded servers if root starts them (PostgreSQL refuses to run as
    root), None if an ordinary user does. The account is created once."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER]
    try:
        subprocess.run(useradd, check=True, capture_output=True)
        return pwd.getpwnam(SERVICE_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        # Two first starts at the same time, or a machine whose accounts cannot be changed.
        try:
            return pwd.getpwnam(SERVICE_USER)
        except KeyError:
            return pwd.getpwnam("nobody")


def launcher(
    account: pwd.struct_passwd | None, *, on_parent_death: signal.Signals | None = None
) -> list[str]:
    """Return the words to put before a command to run it as `account` and to signal it when its parent dies.

    The data folder and the Python environment may be below folders that only root may enter (/root itself). Instead of
    opening those folders to everyone, this gives the server the one capability to pass through them.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if account is None:
            return []
        raise InstanceError("to start the embedded servers as root, setpriv (package util-linux) is needed")
    words = [setpriv]
    if on_parent_death is not None:
        words.append(f"--pdeathsig={on_parent_death.name.removeprefix('SIG')}")
    if account is None:
        return words if on_parent_death is not None else []
    words += [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if name := _passing_capability():
        words += [f"--inh-caps=-all,+{name}", f"--ambient-caps=-all,+{name}"]
        # access(2) ignores the capabilities of an unprivileged user unless this bit is set.
        words.append("--securebits=+no_setuid_fixup")
    return words


def servers_pass_private_folders() -> bool:
    """Return whether the embedded servers can pass through folders that only this process's account may enter."""
    return os.geteuid() != 0 or _passing_capability() is not None


def _passing_capability() -> str | None:
    """Return the name of the capability to pass through other accounts' folders that can be given to a server."""
    capabilities = _effective_capabilities()
    for bit, name in [(_CAP_DAC_READ_SEARCH, "dac_read_search"), (_CAP_DAC_OVERRIDE, "dac_override")]:
        if capabilities & 1 << bit and capabilities & 1 << _CAP_SETPCAP:
            return name
    return None


def _effective_capabilities() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0


def make_private_folder(path: Path, account: pwd.struct_passwd | None) -> None:
    """Create a folder that only the servers' account may enter. Raises InstanceError if it belongs to someone else."""
    owner = os.geteuid() if account is None else account.pw_uid
    try:
        path.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        pass
    else:
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
    found = path.lstat()
    if not path.is_dir() or path.is_symlink() or found.st_uid != owner:
        raise InstanceError(f"{path} belongs to another user: start as that user, or move it away")
    path.chmod(0o700)


def running_in(folder: Path, name: str) -> list[psutil.Process]:
    """Return the servers of this name whose working directory is the folder. A process id in a file can get stale and
    be reused; a working directory cannot."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == name and process.info["cwd"] == str(folder)
    ]


def marked_with(variable: str, value: str) -> list[psutil.Process]:
    """Return the processes, other than this one and its ancestors, with this environment variable."""
    excluded = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in excluded and process.environ().get(variable) == value:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def terminate(processes: list[psutil.Process], *, first: signal.Signals, seconds: float) -> None:
    """Send `first` to the processes, and kill those that are still running after `seconds`."""
    for process in processes:
        try:
            process.send_signal(first)
        except psutil.NoSuchProcess:
            continue
    _, left = psutil.wait_procs(processes, timeout=seconds)
    for process in left:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(left, timeout=5)
