"""The programs that `up` runs in addition to the embedded servers: the web server and the background worker."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


def web(host: str, port: int, workers: int) -> Program:
    """Return the command of granian, which runs the WSGI application in `workers` processes."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        # Editors and reverse proxies speak plain HTTP/1.1.
        "--http": "1",
        # Each thread has a database session: workers x threads must stay below max_connections. More than a few
        # threads would only wait for the interpreter lock, and each large response in progress costs memory.
        "--blocking-threads": "4",
        # How many requests a worker accepts; further ones wait in the socket's queue instead of in memory.
        "--backpressure": "64",
        "--backlog": "1024",
        # A killed worker is replaced; one that has grown too large is replaced after its current requests.
        "--respawn-interval": "0.5",
        "--workers-max-rss": "1024",
        "--workers-kill-timeout": "2",
        "--log-level": "error",
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    command = [sys.executable, "-m", "granian", *_words(options), *flags, "osmsite.wsgi:application"]
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
