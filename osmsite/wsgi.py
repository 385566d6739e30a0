"""What the web server runs."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

django.setup(set_prefix=False)

from osmsite.handler import Handler  # noqa: E402 (needs the settings)

application = Handler()

# What is loaded now stays: the collector need not walk through it again, nor run after each few hundred of the
# tens of thousands of objects that an upload makes (which costs it a fifth of a second).
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
