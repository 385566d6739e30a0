"""Reader of the single element that a create, update or delete sends (upstream behaviour 1.11.1).

Numbers are read as leniently as openstreetmap.org reads them. Editors match the texts of the errors.
"""

from lxml import etree

from . import osmxml
from .edit_errors import BadXmlError, DuplicateTagsError
from .elements import COORDINATE_SCALE, MAX_TEXT, UNWRITABLE, ElementType, Member
from .errors import BadRequestError
from .numbers import leading_integer, parse_number
from .osmchange import Action, Change


def read_element(kind: ElementType, action: Action, body: bytes) -> Change:
    """Return the first element of that type in the document. Raises BadXmlError and other BadRequestErrors."""
    element = _find(kind, body)
    return _Reader(kind, action, element).read()


def _find(kind: ElementType, body: bytes) -> etree._Element:
    xml = body.decode(errors="replace")
    try:
        document = osmxml.parsed(body)
    except BadRequestError as problem:
        raise BadXmlError(kind.label, xml, str(problem)) from None
    element = document.find(kind.label) if document.tag == "osm" else None
    if element is None:
        # Upstream says "node" whatever the type.
        raise BadXmlError("node", xml, f"XML doesn't contain an osm/{kind.label} element.")
    return element


class _Reader:
    def __init__(self, kind: ElementType, action: Action, element: etree._Element) -> None:
        self._kind = kind
        self._creating = action is Action.CREATE
        self._element = element
        self._change = Change(action, kind)

    def read(self) -> Change:
        change = self._change
        if self._kind is ElementType.NODE:
            lat, lon = self._degrees()
            self._read_changeset()
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise BadRequestError("The node is outside this world")
            change.lat, change.lon = round(lat * COORDINATE_SCALE), round(lon * COORDINATE_SCALE)
            self._read_version()
            self._read_id("ID is required when updating.")
        else:
            self._read_version()
            self._read_changeset()
            self._read_id("ID is required when updating")
        self._read_tags()
        if self._kind is ElementType.WAY:
            change.nodes = [leading_integer(child.get("ref") or "") for child in self._element.findall("nd")]
        elif self._kind is ElementType.RELATION:
            change.members = [self._member(child) for child in self._element.findall("member")]
        return change

    def _bad(self, detail: str) -> BadXmlError:
        xml = etree.tostring(self._element, encoding="unicode", with_tail=False)
        return BadXmlError(self._kind.label, xml, detail)

    def _degrees(self) -> tuple[float, float]:
        lat, lon = self._element.get("lat"), self._element.get("lon")
        if lat is None:
            raise self._bad("lat missing")
        if lon is None:
            raise self._bad("lon missing")
        degrees = parse_number(lat), parse_number(lon)
        if degrees[0] is None:
            raise self._bad("lat not a number")
        if degrees[1] is None:
            raise self._bad("lon not a number")
        return degrees[0], degrees[1]

    def _read_changeset(self) -> None:
        text = self._element.get("changeset")
        if text is None:
            raise self._bad("Changeset id is missing")
        self._change.changeset = leading_integer(text)

    def _read_version(self) -> None:
        text = self._element.get("version")
        if text is None and not self._creating:
            raise self._bad("Version is required when updating")
        self._change.version = leading_integer(text or "")

    def _read_id(self, missing: str) -> None:
        if self._creating:
            return
        text = self._element.get("id")
        if text is None:
            raise self._bad(missing)
        self._change.id = leading_integer(text)
        if self._change.id == 0:
            raise BadRequestError(f"ID of {self._kind.label} cannot be zero when updating.")

    def _read_tags(self) -> None:
        tags = self._change.tags
        element_id = "" if self._creating else self._change.id
        for tag in self._element.findall("tag"):
            key, value = tag.get("k"), tag.get("v")
            if key is None:
                raise self._bad("tag is missing key")
            if value is None:
                raise self._bad("tag is missing value")
            if key in tags:
                raise DuplicateTagsError(f"{self._kind.label}/{element_id}", key)
            for name, text in (("k", key), ("v", value)):
                _check_text(f"{self._kind.label.capitalize()}Tag {element_id}: {name}", text)
            tags[key] = value

    def _member(self, child: etree._Element) -> Member:
        name, role = child.get("type") or "", child.get("role") or ""
        try:
            kind = ElementType.from_label(name)
        except ValueError:
            allowed = '["node", "way", "relation"]'
            raise self._bad(f"The {name} is not allowed only, {allowed} allowed") from None
        _check_text("RelationMember : member_role", role)
        return Member(kind, leading_integer(child.get("ref") or ""), role)


def _check_text(what: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise BadRequestError(f'{what}: is too long (maximum is 255 characters) ("{text}")')
    if UNWRITABLE.search(text):
        raise BadRequestError(f"{what}: contains invalid characters")
