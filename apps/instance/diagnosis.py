"""The checks of `manage.py doctor`: each function yields findings, and none of them changes anything."""

import os
import platform
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import redis
from django.conf import settings
from django.core.checks import ERROR, WARNING, Tags, run_checks
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from . import sequences
from .commands import pending_migrations

DURABLE = ("on", "on")
"""The values of fsync and full_page_writes with which committed data survives a crash."""
_GB = 1024**3


@dataclass(frozen=True)
class Finding:
    what: str
    value: str
    advice: str = ""
    """What to do about it; empty if all is well."""
    is_error: bool = False


def findings() -> Iterator[Finding]:
    """Yield all findings; what others depend on comes first."""
    for check in (_versions, _configuration, _data_dir, _disk, _secrets, _redis, _postgresql):
        yield from check()


def _versions() -> Iterator[Finding]:
    yield Finding("Python", platform.python_version())
    yield Finding("Django", django.get_version())


def _configuration() -> Iterator[Finding]:
    messages = [message for message in run_checks() if message.level >= WARNING and not message.is_silenced()]
    for message in messages:
        what = message.id or _("configuration")
        yield Finding(
            what, str(message.msg), message.hint or _("See docs/settings.md."), message.level >= ERROR
        )
    yield Finding(_("configuration"), f"{settings.PUBLIC_URL}, {settings.STATUS}")


def _data_dir() -> Iterator[Finding]:
    path = settings.DATA_DIR
    writable = os.access(path, os.W_OK | os.X_OK)
    advice = "" if writable else _("Make it writable for the user who runs the instance.")
    yield Finding(_("data folder"), str(path), advice, not writable)


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    advice = "" if free >= 2 * _GB else _("PostgreSQL stops when the disk is full: free at least 2 GB.")
    yield Finding(_("free disk"), f"{free / _GB:.1f} GB", advice, bool(advice))


def _secrets() -> Iterator[Finding]:
    if os.environ.get("OSMSITE_SECRET_KEY"):
        yield Finding(_("secret key"), _("from the environment"))
    else:
        yield _secret_file(_("secret key"), settings.DATA_DIR / "secret_key")
    yield _secret_file(_("signing key"), settings.DATA_DIR / "signing_key.pem")


def _secret_file(what: str, path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    advice = "" if mode & 0o077 == 0 else _("Other users can read it: chmod 600 {path}").format(path=path)
    return Finding(what, _("mode {mode}").format(mode=f"{mode:04o}"), advice, bool(advice))


def _redis() -> Iterator[Finding]:
    advice = "" if settings.REDIS_IS_EMBEDDED else _("Is it running, and is REDIS_URL right?")
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5)
        version = client.info("server")["redis_version"]
        is_persistent = client.config_get("appendonly").get("appendonly") == "yes" or bool(
            client.config_get("save")
        )
        client.close()
    except redis.exceptions.RedisError as error:
        yield Finding("Redis", _one_line(error), advice or _("Check its log."), is_error=True)
        return
    yield Finding("Redis", f"{version} ({_where(settings.REDIS_IS_EMBEDDED)})")
    if not is_persistent:
        yield Finding(
            _("Redis on disk"), _("no"), _("Queued tasks are lost when it stops: set appendonly yes.")
        )


def _postgresql() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone()
            cursor.execute("SELECT current_setting('fsync'), current_setting('full_page_writes')")
            durable = cursor.fetchone() == DURABLE
    except DatabaseError as error:
        advice = _("Check its log.") if settings.DATABASE_IS_EMBEDDED else _("Is DATABASE_URL right?")
        yield Finding("PostgreSQL", _one_line(error), advice, is_error=True)
        return
    yield Finding("PostgreSQL", f"{version} ({_where(settings.DATABASE_IS_EMBEDDED)}), {size / _GB:.2f} GB")
    if not durable:
        yield Finding(
            _("durability"),
            _("fsync or full_page_writes is off"),
            _("Turn it on: a crash loses data."),
            True,
        )
    for check in (_database_checks, _migrations, _sequences):
        yield from check()


def _database_checks() -> Iterator[Finding]:
    for message in run_checks(tags=[Tags.database], databases=["default"]):
        if message.level >= WARNING:
            what = message.id or _("database")
            yield Finding(what, _one_line(message.msg), message.hint or "", message.level >= ERROR)


def _migrations() -> Iterator[Finding]:
    pending = pending_migrations()
    if pending:
        value = _("{count} pending").format(count=len(pending))
        yield Finding(
            _("migrations"), value, _("Run manage.py migrate, or manage.py up, which applies them."), True
        )
    else:
        yield Finding(_("migrations"), _("none pending"))


def _sequences() -> Iterator[Finding]:
    behind = [sequence for sequence in sequences.sequences() if sequence.is_behind]
    if not behind:
        yield Finding(_("sequences"), _("ahead of the ids"))
    for sequence in behind:
        value = _("{table} has id {id}, but the next id is {next}").format(
            table=sequence.table, id=sequence.largest_id, next=sequence.next_id
        )
        advice = _("New rows will collide with existing ones: SELECT setval('{name}', {id});").format(
            name=sequence.name, id=sequence.largest_id
        )
        yield Finding(_("sequences"), value, advice, is_error=True)


def _where(is_embedded: bool) -> str:
    return _("embedded") if is_embedded else _("from the environment")


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
