"""The background worker: `celery -A osmsite.celery worker`. Tasks live in `apps/<name>/tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

app = Celery("osmsite")
# For all threads: what asked for the current app before this was made has left them one without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
