"""The programs that `up` runs in addition to the embedded servers: the web server and the background worker."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


def web(host: str, port: int, workers: int) -> Program:
    """Return the command of the web server, with `workers` processes for requests."""
    command = [sys.executable, "-m", "apps.instance.web_server", host, str(port), str(workers)]
    return Program("web server", command)


def _words(options: dict[str, str]) -> list[str]:
    return [word for option in options.items() for word in option]


def worker(data_dir: Path) -> Program:
    """Return the command of Celery: one process for tasks, which are long and few, and the scheduler (beat)."""
    options = {
        "--concurrency": "1",
        "--loglevel": "WARNING",
        "--schedule": str(data_dir / "celerybeat-schedule"),
        # The process is replaced after a task that needed much memory (an image, a large trace).
        "--max-memory-per-child": str(512 * 1024),
    }
    # There is only one worker: no other one to gossip with.
    flags = ["--beat", "--without-gossip", "--without-mingle"]
    # Celery warns at each start as root; but who runs an instance is the operator's decision.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    command = [*python, "-m", "celery", "-q", "-A", "osmsite.celery", "worker", *_words(options), *flags]
    return Program("background worker", command)
