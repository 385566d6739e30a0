"""The project's settings without the front-end packages: gathering and packing their 90 MB for each of the
throw-away instances of these tests would take most of their time."""

from osmsite.settings import *  # noqa: F403

STATICFILES_DIRS = [entry for entry in STATICFILES_DIRS if not isinstance(entry, tuple)]  # noqa: F405
# Pages name packages that are not there.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
