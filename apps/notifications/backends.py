"""The mail backend for instances without a mail server."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased

from apps.instance.embedded import PRIVATE_FILE, PRIVATE_FOLDER


class FileBackend(filebased.EmailBackend):
    """Writes one file per mail. Only the operator can read them, as their links open accounts."""

    def __init__(self, *, file_path: str | None = None, **kwargs: Any) -> None:
        folder = Path(file_path or settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
        super().__init__(file_path=file_path, **kwargs)

    def open(self) -> bool:
        is_new = bool(super().open())
        if is_new:
            os.fchmod(self.stream.fileno(), PRIVATE_FILE)
        return is_new
