"""The background worker: `celery -A osmsite.celery worker`. Tasks live in `apps/<name>/tasks.py`."""

import os

from celery import Celery
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

app = Celery("osmsite")
# For all threads: code that asked for the current app earlier has left them one without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
# A worker that is not told its queues works on all of them.
app.conf.task_queues = [Queue(app.conf.task_default_queue), Queue("map")]
app.autodiscover_tasks()
