"""The XML around elements, and the small documents that are made whole."""

from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from .bbox import BBox

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Origin(NamedTuple):
    """The attributes of every root element, in their order."""

    version: str
    generator: str
    copyright: str
    attribution: str
    license: str


def start(name: str, origin: Origin) -> bytes:
    """The declaration and the open root element of a document that is streamed."""
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in origin._asdict().items())
    return f"{XML_DECLARATION}<{name}{attributes}>\n".encode()


def bounds(bbox: BBox) -> bytes:
    min_lon, min_lat, max_lon, max_lat = bbox.degrees()
    return (
        f' <bounds minlat="{min_lat}" minlon="{min_lon}" maxlat="{max_lat}" maxlon="{max_lon}"/>\n'.encode()
    )


def error(message: str) -> bytes:
    """The element that ends a streamed document before its time."""
    return f" <error>{escape(message)}</error>\n".encode()


def end(name: str) -> bytes:
    return f"</{name}>\n".encode()


def root(name: str, origin: Origin | None) -> etree._Element:
    """The root element of a document that is built whole."""
    return etree.Element(name, dict(origin._asdict()) if origin else {})


def child(
    parent: etree._Element, tag: str, text: str | None = None, /, **attributes: object
) -> etree._Element:
    """Append an element. Attributes that are None are left out; true and false are written as such."""
    element = etree.SubElement(parent, tag)
    for key, value in attributes.items():
        if value is not None:
            element.set(key, str(value).lower() if isinstance(value, bool) else str(value))
    element.text = text
    return element


def serialize(document: etree._Element) -> bytes:
    etree.indent(document, " ")
    return XML_DECLARATION.encode() + etree.tostring(document, encoding="utf-8") + b"\n"
