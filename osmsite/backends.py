"""Django's settings for the databases and storages that the environment names by a URL."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from apps.instance import embedded

# What a map call needs from PostgreSQL: lists of 50,000 ids in memory, index look-ups rather than table scans,
# and no parallel workers or JIT compiler to start for a statement of 100 ms.
_PLANNER = "-c work_mem=64MB -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0 -c jit=off"


def database(url: str, *, timeout: int) -> dict[str, object]:
    """Return Django's settings for `postgresql://user:pass@host:port/name?option=value`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:pass@host:port/name")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # A connection prepares our own statements at their third use, and never those of the ORM.
        "OPTIONS": {
            "prepare_threshold": 3,
            "options": f"-c timezone=UTC -c statement_timeout={timeout}s {_PLANNER}",
            **query,
        },
    }


def trace_storage(location: str, *, data_dir: Path) -> dict[str, object]:
    """Return Django's settings for `file` (a folder in the data folder) or `s3://bucket/prefix`."""
    if location == "file":
        folder = {
            "location": data_dir / "traces",
            "file_permissions_mode": embedded.PRIVATE_FILE,
            "directory_permissions_mode": embedded.PRIVATE_FOLDER,
        }
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": folder}
    parts = urlsplit(location)
    if parts.scheme != "s3" or not parts.netloc:
        raise ImproperlyConfigured("OSMSITE_TRACE_STORAGE must be `file`, or look like s3://bucket/prefix")
    # boto reads the endpoint, region and keys from its own variables: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...
    bucket = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": bucket}
