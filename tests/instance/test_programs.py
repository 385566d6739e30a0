"""The workers that `up` starts."""

from pathlib import Path

from apps.features.tasks import follow
from apps.instance.programs import workers
from apps.tiles.tasks import refresh
from osmsite.celery import app


def test_edits_are_followed_by_a_worker_that_does_nothing_else() -> None:
    assert app.amqp.router.route({}, follow.name)["queue"].name == "map"
    assert app.amqp.router.route({}, refresh.name)["queue"].name == app.conf.task_default_queue
    queues = [program.command[program.command.index("--queues") + 1] for program in workers(Path("/nowhere"))]
    assert queues == ["celery", "map"]
    # One that is not told its queues has all of them.
    assert set(app.amqp.queues) == {app.conf.task_default_queue, "map"}


def test_there_is_one_scheduler() -> None:
    assert sum("--beat" in program.command for program in workers(Path("/nowhere"))) == 1
