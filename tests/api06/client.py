"""A client that sees responses as programs do: status, headers and the parsed document."""

import gzip
from dataclasses import dataclass
from typing import Any

import orjson
from django.test import Client
from lxml import etree


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def xml(self) -> etree._Element:
        return etree.fromstring(self.body)

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def refs(self) -> list[str]:
        """Return the elements in order, as `n1v2 w1v2 ...`."""
        if self.headers["Content-Type"].startswith("application/json"):
            return [f"{e['type'][0]}{e['id']}v{e['version']}" for e in self.json["elements"]]
        elements = self.xml.iter("node", "way", "relation")
        return [f"{e.tag[0]}{e.get('id')}v{e.get('version')}" for e in elements]


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def call(method: str, target: str, **headers: str) -> Response:
    """Send a request. Headers have underscores instead of dashes: `call("GET", "/api/versions", Accept="*/*")`."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {"HTTP_" + name.upper(): value for name, value in headers.items()}
    response = Client().generic(method, path, QUERY_STRING=query, **environ)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Response(response.status_code, dict(response.items()), body)


def get(path: str, **headers: str) -> Response:
    return call("GET", "/api/0.6/" + path, **headers)


def send(method: str, path: str, body: bytes | str, **headers: str) -> Response:
    """Send a call that writes, with the token of the fixture `token`."""
    environ = {"HTTP_AUTHORIZATION": "Bearer secret"} | {"HTTP_" + k.upper(): v for k, v in headers.items()}
    data = body.encode() if isinstance(body, str) else body
    response = Client().generic(method, "/api/0.6/" + path, data, content_type="text/xml", **environ)  # type: ignore[arg-type]
    return Response(response.status_code, dict(response.items()), response.content)
