"""What `up` runs beside the embedded servers: the web server and the background worker."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]


def web(host: str, port: int, workers: int) -> Program:
    """Granian, which runs the WSGI application in `workers` processes."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        # Editors and reverse proxies speak HTTP/1.1 in the clear.
        "--http": "1",
        # Each thread keeps a database session: workers x threads has to stay under max_connections. More than
        # a few threads only queue for the interpreter lock, and each large answer in flight costs memory.
        "--blocking-threads": "4",
        # How many requests a worker takes in; the others wait in the socket's queue instead of in memory.
        "--backpressure": "64",
        "--backlog": "1024",
        # A worker that was killed comes back; one that grew goes after its requests.
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
    """Celery: one process for the tasks, which are long and few, and the clock of the periodic ones."""
    options = {
        "--concurrency": "1",
        "--loglevel": "WARNING",
        "--schedule": str(data_dir / "celerybeat-schedule"),
        # A task that grew (a picture, a large trace) gives its memory back afterwards.
        "--max-memory-per-child": str(512 * 1024),
    }
    # There is one worker: nobody to gossip with.
    flags = ["--beat", "--without-gossip", "--without-mingle"]
    # As root, Celery warns at each start; that root runs an instance is decided by who starts `up`.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    command = [*python, "-m", "celery", "-q", "-A", "osmsite.celery", "worker", *_words(options), *flags]
    return Program("background worker", command)
