"""Upload handler: writes to an unnamed file, which never stays behind."""

import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .errors import TraceTooLargeError

_FORM = 1_000_000
"""The largest size of the other fields and of the form's own lines, in bytes."""


class UnnamedFileHandler(FileUploadHandler):
    """Writes to a file that is deleted when it is closed. Raises TraceTooLargeError as soon as it is too large."""

    file: IO[bytes]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the request)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size += len(raw_data)
        if self.size > settings.MAX_TRACE_UPLOAD_SIZE:
            raise TraceTooLargeError(settings.MAX_TRACE_UPLOAD_SIZE)
        self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.file.seek(0)
        return UploadedFile(
            file=self.file, name=self.file_name, content_type=self.content_type, size=file_size
        )


def check_length(content_length: str | None) -> None:
    """Check the `Content-Length` of a form before it is read. Raises TraceTooLargeError."""
    try:
        length = int(content_length or 0)
    except ValueError:
        length = 0
    if length > settings.MAX_TRACE_UPLOAD_SIZE + _FORM:
        raise TraceTooLargeError(settings.MAX_TRACE_UPLOAD_SIZE)
