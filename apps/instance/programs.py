"""The programs that `up` runs in addition to the embedded servers: the web server and the background workers."""

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


def workers(data_dir: Path) -> list[Program]:
    """Return the commands of Celery: one process for tasks, which are long and few, with the scheduler (beat); and one for
    what keeps the map in step with edits, which must not wait for them."""
    schedule = {"--schedule": str(data_dir / "celerybeat-schedule")}
    return [
        _worker("background worker", {"--queues": "celery", **schedule}, "--beat"),
        _worker("worker of the map", {"--queues": "map", "--hostname": "map@%h"}),
    ]


def _worker(name: str, more: dict[str, str], *more_flags: str) -> Program:
    options = {
        "--concurrency": "1",
        "--loglevel": "WARNING",
        # The process is replaced after a task that needed much memory (an image, a large trace).
        "--max-memory-per-child": str(512 * 1024),
        **more,
    }
    # They have nothing to tell each other.
    flags = ["--without-gossip", "--without-mingle", *more_flags]
    # Celery warns at each start as root; but who runs an instance is the operator's decision.
    python = [sys.executable, "-W", "ignore:You're running the worker"]
    command = [*python, "-m", "celery", "-q", "-A", "osmsite.celery", "worker", *_words(options), *flags]
    return Program(name, command)
