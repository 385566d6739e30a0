"""GPX documents and archives for tests, and their upload and import."""

import bz2
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.traces import actions, importer
from apps.traces.models import Trace
from apps.users.models import User

TIME = "<time>2020-01-02T03:04:05Z</time>"
POINT = f'<trkpt lat="47.1" lon="9.5">{TIME}</trkpt>'


def point(lat: object, lon: object, inside: str = TIME) -> str:
    return f'<trkpt lat="{lat}" lon="{lon}">{inside}</trkpt>'


def gpx(*segments: str) -> bytes:
    """Return a document with one track."""
    content = "".join(f"<trkseg>{segment}</trkseg>" for segment in segments)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk>{content}</trk></gpx>"
    ).encode()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files: Mapping[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=kind) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def upload(
    user: User, content: bytes, *, name: str = "track.gpx", visibility: str = "identifiable", tags: str = ""
) -> Trace:
    file = SimpleUploadedFile(name, content)
    return actions.upload(user, file=file, description="A walk", tags=tags, visibility=visibility)


def imported(user: User, content: bytes, *, visibility: str = "identifiable", tags: str = "") -> Trace:
    """Upload a trace, import it as the worker does, and return it."""
    trace = upload(user, content, visibility=visibility, tags=tags)
    importer.run(trace.pk)
    trace.refresh_from_db()
    return trace


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda document: document,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zip": lambda document: zipped({"a.gpx": document}),
    "tar": lambda document: tarred({"a.gpx": document}),
    "tar.gz": lambda document: gzip.compress(tarred({"a.gpx": document})),
    "tar.bz2": lambda document: bz2.compress(tarred({"a.gpx": document})),
}
