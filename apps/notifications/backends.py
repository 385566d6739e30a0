"""The mail backend for instances without a mail server."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased


class FileBackend(filebased.EmailBackend):
    """Writes one file per mail. Only the operator can read them, as their links open accounts."""

    def __init__(self, *, file_path: str | None = None, **kwargs: Any) -> None:
        Path(file_path or settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(file_path=file_path, **kwargs)
