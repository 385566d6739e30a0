"""A mapper as an API client: opens changesets, uploads osmChange documents and reads the results."""

import http.client
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
from lxml import etree

KINDS = ("node", "way", "relation")


class Ref(NamedTuple):
    """A reference to an element: its kind (`node`, `way` or `relation`) and id."""

    kind: str
    id: int


class Refusal(Exception):  # noqa: N818 (a response of the server, not a failure of ours)
    """The server responded with a status other than 200."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(f"{status} {text}")


class Result(NamedTuple):
    """One line of the response to an upload; new_id and version are None for a deleted element."""

    kind: str
    old_id: int
    new_id: int | None
    version: int | None


class Mapper:
    """One user with one connection, which is reopened if the server has closed it."""

    def __init__(self, base_url: str, token: str | None = None, *, timeout: float = 300) -> None:
        parts = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(
        self, method: str, path: str, body: bytes | None = None, content_type: str = "text/xml"
    ) -> bytes:
        """Send a request for a path below /api/0.6/. Raises Refusal, OSError, http.client.HTTPException."""
        headers = self._headers | ({"Content-Type": content_type} if body is not None else {})
        try:
            self._connection.request(method, f"/api/0.6/{path}", body, headers)
            response = self._connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        if response.status != 200:
            raise Refusal(response.status, data.decode(errors="replace"))
        return data

    def json(self, path: str) -> Any:
        return orjson.loads(self.call("GET", path))

    def open_changeset(self, comment: str) -> int:
        document = f'<osm><changeset><tag k="comment" v="{comment}"/></changeset></osm>'
        return int(self.call("PUT", "changeset/create", document.encode()))

    def close_changeset(self, changeset: int) -> None:
        self.call("PUT", f"changeset/{changeset}/close", b"")

    def upload(self, changeset: int, document: bytes) -> list[Result]:
        """Upload a document. Returns the result of each change, in the document's order. Raises Refusal."""
        return results(self.call("POST", f"changeset/{changeset}/upload", document))

    def downloaded(self, changeset: int) -> list[tuple[str, Ref, int]]:
        """Return the changes of a changeset: the action (create, modify or delete), the element and its version."""
        document = etree.fromstring(self.call("GET", f"changeset/{changeset}/download"))
        return [
            (
                str(block.tag),
                Ref(str(element.tag), int(element.get("id", 0))),
                int(element.get("version", 0)),
            )
            for block in document
            for element in block
        ]


def results(response: bytes) -> list[Result]:
    """Return the lines of a `diffResult`."""
    return [
        Result(
            str(line.tag), int(line.get("old_id", 0)), _number(line, "new_id"), _number(line, "new_version")
        )
        for line in etree.fromstring(response)
    ]


def _number(line: Any, name: str) -> int | None:
    text = line.get(name)
    return None if text is None else int(text)
