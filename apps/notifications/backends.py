"""Where mails go while there is no server for them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased


class FileBackend(filebased.EmailBackend):
    """A file a mail, for nobody's eyes but the operator's: the links in them open accounts."""

    def __init__(self, *, file_path: str | None = None, **kwargs: Any) -> None:
        Path(file_path or settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(file_path=file_path, **kwargs)
