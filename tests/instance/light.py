"""The project's settings without the front-end packages: collecting and compressing their 90 MB for each throw-away
instance would take most of the time of these tests."""

from osmsite.settings import *  # noqa: F403

STATICFILES_DIRS = [entry for entry in STATICFILES_DIRS if not isinstance(entry, tuple)]  # noqa: F405
# Pages refer to packages that are missing here.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
