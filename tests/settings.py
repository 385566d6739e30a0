"""The settings of the suite. They are read before anything else, so its PostgreSQL and Redis are started here.

Unless DATABASE_URL and REDIS_URL are set, the process that was started as `pytest` runs the embedded servers for as
long as it lives, and its xdist workers inherit their URLs. The data folder of the servers lies outside of the clone;
there is one per clone, and it is reused until a migration or the configuration changes.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from apps.instance import services

_PROJECT = Path(__file__).resolve().parent.parent


def _start_servers() -> None:
    clone = hashlib.sha256(str(_PROJECT).encode()).hexdigest()[:12]
    data_dir = Path(tempfile.gettempdir()) / f"osmsite-tests-{os.getuid()}-{clone}"
    data_dir.mkdir(mode=0o700, exist_ok=True)
    _forget_other_schemas(data_dir)
    addresses = services.environment(data_dir)
    embedded = [
        server
        for server, variable in [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")]
        if not os.environ.get(variable)
    ]
    servers = ExitStack()
    servers.enter_context(services.using(data_dir, embedded, volatile=True))
    atexit.register(servers.close)
    # URLs from the environment win; the data folder is never the clone's own.
    os.environ.update({**addresses, **{name: os.environ[name] for name in addresses if os.environ.get(name)}})
    os.environ["OSMSITE_DATA_DIR"] = str(data_dir)
    os.environ["OSMSITE_TESTS"] = "1"


def _forget_other_schemas(data_dir: Path) -> None:
    """Delete the cluster when the migrations or the configuration that made it have changed."""
    sources = [*sorted(_PROJECT.glob("apps/*/migrations/*.py")), _PROJECT / "apps/instance/postgres.py"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    stamp = data_dir / "schema"
    if not stamp.exists() or stamp.read_text() != digest:
        if services.is_running(data_dir, "postgres"):
            return
        shutil.rmtree(data_dir / "postgres", ignore_errors=True)
        stamp.write_text(digest)


if "OSMSITE_TESTS" not in os.environ:
    _start_servers()

from osmsite.settings import *  # noqa: E402, F403

# Argon2 takes a tenth of a second per password, which is its purpose, but not here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Nobody runs collectstatic before the tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
# Each worker of pytest-xdist has a Redis database and a queue of its own, because tests empty them.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES["default"]["LOCATION"] = f"{REDIS_URL}{'&' if '?' in REDIS_URL else '?'}db={1 + _worker}"  # noqa: F405
CELERY_TASK_DEFAULT_QUEUE = f"tests-{_worker}"
