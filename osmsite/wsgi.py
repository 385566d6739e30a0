"""The application that the web server runs."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

django.setup(set_prefix=False)

from osmsite.handler import Handler  # noqa: E402 (needs the settings)

application = Handler()

# What is loaded by now stays loaded, so the collector need not visit it again. Nor should it run after every few
# hundred of the tens of thousands of objects that an upload creates, which would cost a fifth of a second.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
