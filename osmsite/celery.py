"""The background worker: `celery -A osmsite.celery worker`. Tasks live in `apps/<name>/tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

app = Celery("osmsite")
# For all threads: code that asked for the current app earlier has left them one without settings.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
