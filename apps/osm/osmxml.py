"""The XML around streamed elements, and small documents."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from .bbox import BBox
from .edit_errors import BadXmlError, DuplicateTagsError
from .elements import MAX_TEXT, ElementType
from .errors import BadRequestError, DuplicatePreferencesError, TooManyPreferencesError

_LABELS = {kind: kind.label for kind in ElementType}
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class DiffResultLine(NamedTuple):
    """What became of one uploaded element; new_id and new_version are None if it was deleted."""

    type: ElementType
    old_id: int
    new_id: int | None = None
    new_version: int | None = None


class Origin(NamedTuple):
    """The attributes of every root element, in their order."""

    version: str
    generator: str
    copyright: str
    attribution: str
    license: str


@cache
def start(name: str, origin: Origin) -> bytes:
    """Return the declaration and the open root element of a streamed document."""
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in origin._asdict().items())
    return f"{XML_DECLARATION}<{name}{attributes}>\n".encode()


def diff_result(results: Iterable[DiffResultLine], origin: Origin) -> bytes:
    """Return the response to an upload: what became of each element, in the order of the document."""
    lines = [
        f' <{_LABELS[kind]} old_id="{old_id}"'
        + (f' new_id="{new_id}" new_version="{version}"/>' if new_id else "/>")
        for kind, old_id, new_id, version in results
    ]
    return start("diffResult", origin) + "\n".join(lines).encode() + b"\n" + end("diffResult")


def bounds(bbox: BBox) -> bytes:
    min_lon, min_lat, max_lon, max_lat = bbox.degrees()
    return (
        f' <bounds minlat="{min_lat}" minlon="{min_lon}" maxlat="{max_lat}" maxlon="{max_lon}"/>\n'.encode()
    )


def error(message: str) -> bytes:
    """Return the element that ends a streamed document early."""
    return f" <error>{escape(message)}</error>\n".encode()


def end(name: str) -> bytes:
    return f"</{name}>\n".encode()


def root(name: str, origin: Origin | None) -> etree._Element:
    """Return the root element of a document that is built in memory; without content, it has an end tag all the same."""
    element = etree.Element(name, dict(origin._asdict()) if origin else {})
    element.text = ""
    return element


def child(
    parent: etree._Element, tag: str, text: str | None = None, /, **attributes: object
) -> etree._Element:
    """Append an element. Attributes that are None are left out; booleans become `true` and `false`."""
    element = etree.SubElement(parent, tag)
    for key, value in attributes.items():
        if value is not None:
            element.set(key, str(value).lower() if isinstance(value, bool) else str(value))
    element.text = text
    return element


def container(parent: etree._Element, tag: str, /, **attributes: object) -> etree._Element:
    """Append an element that is written as `<tag></tag>` even if nothing is put into it, as the website does."""
    return child(parent, tag, "", **attributes)


def changeset_tags(body: bytes) -> dict[str, str]:
    """Return the tags of all changesets in a document, later ones overriding earlier ones (API page, "Create").

    Raises BadXmlError, DuplicateTagsError.
    """
    xml = body.decode(errors="replace")
    try:
        document = parsed(body)
    except BadRequestError as problem:
        raise BadXmlError("changeset", xml, str(problem)) from None
    changesets = document.findall("changeset") if document.tag == "osm" else []
    if not changesets:
        raise BadXmlError("changeset", xml, "XML doesn't contain an osm/changeset element.")
    tags: dict[str, str] = {}
    for changeset in changesets:
        tags |= _tags(changeset, xml)
    return tags


def preferences(body: bytes, *, most: int) -> dict[str, str]:
    """Return the preferences of a document by key (API page, "Preferences").

    Raises BadRequestError, TooManyPreferencesError, DuplicatePreferencesError.
    """
    found = [
        preference
        for parent in parsed(body).iter("preferences")
        for preference in parent.findall("preference")
    ]
    if len(found) > most:
        raise TooManyPreferencesError(len(found), most)
    preferences: dict[str, str] = {}
    for preference in found:
        key, value = preference.get("k"), preference.get("v")
        if key is None or value is None:
            raise BadRequestError(f"preference is missing {'key' if key is None else 'value'}")
        if key in preferences:
            raise DuplicatePreferencesError(key)
        preferences[key] = value
    return preferences


def parsed(body: bytes) -> etree._Element:
    """Return the root element of a small document. Raises BadRequestError with the parser's message."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        document = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise BadRequestError(str(problem)) from None
    if document.getroottree().docinfo.internalDTD is not None:
        raise BadRequestError("A document type is not allowed.")
    return document


def _tags(changeset: etree._Element, xml: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in changeset.findall("tag"):
        key, value = tag.get("k"), tag.get("v")
        if key is None:
            raise BadXmlError("changeset", xml, "tag is missing key")
        if value is None:
            raise BadXmlError("changeset", xml, "tag is missing value")
        for name, text in (("k", key), ("v", value)):
            if len(text) > MAX_TEXT:
                raise BadRequestError(
                    f"ChangesetTag : {name}: is too long (maximum is 255 characters) ({text!r})"
                )
        if key in tags:
            raise DuplicateTagsError("changeset/", key)
        tags[key] = value
    return tags


def serialize(document: etree._Element) -> bytes:
    etree.indent(document, " ")
    return XML_DECLARATION.encode() + etree.tostring(document, encoding="utf-8") + b"\n"


def indented(element: etree._Element, level: int) -> bytes:
    """Return the lines of an element as they are at that level of a document that `serialize` writes."""
    etree.indent(element, " ", level=level)
    return b" " * level + etree.tostring(element, encoding="utf-8") + b"\n"
