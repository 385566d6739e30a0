"""The formats of responses. Views write their documents themselves; a renderer only names the format."""

from typing import Any

from rest_framework.renderers import BaseRenderer


class _Format(BaseRenderer):
    charset = "utf-8"

    def render(
        self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return data


class XML(_Format):
    media_type = "application/xml"
    format = "xml"


class JSON(_Format):
    media_type = "application/json"
    format = "json"


class RSS(_Format):
    media_type = "application/rss+xml"
    format = "rss"


class GPX(_Format):
    media_type = "application/gpx+xml"
    format = "gpx"
