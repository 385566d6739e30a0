"""Comparison of expected and actual bodies: XML by elements, JSON by values, anything else as text.

`***` matches anything; `{{new name}}` matches anything too and captures it under that name. Each function returns
the captured values, or None if the bodies differ.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from lxml import etree

Found = dict[str, str]
T = TypeVar("T")

ANYTHING = "***"
_WILD = re.compile(r"\*\*\*|\{\{new (\w+)\}\}")
_OTHER_ATTRIBUTES = re.compile(r"(<[\w:-]+(?:\s+[\w:-]+=\"[^\"]*\")*)\s+\*\*\*(\s*/?>)")
_OTHERS = "others"


def text(expected: str, got: str) -> Found | None:
    """Compare two texts as a whole."""
    pattern, last, names = "", 0, []
    for wild in _WILD.finditer(expected):
        pattern += re.escape(expected[last : wild.start()])
        if wild[1]:
            names.append(wild[1])
            pattern += "(.+?)"
        else:
            pattern += ".*?"
        last = wild.end()
    match = re.fullmatch(pattern + re.escape(expected[last:]), got, re.DOTALL)
    return dict(zip(names, match.groups(), strict=True)) if match else None


def xml(expected: str, got: bytes) -> Found | None:
    """Compare two documents: elements in order, attributes in any order. `***` in a tag or between elements allows others."""
    try:
        tree = etree.fromstring(got)
    except etree.XMLSyntaxError:
        return None
    return _element(pattern_tree(expected), tree)


def pattern_tree(expected: str) -> etree._Element:
    """Parse an expected document. `***` among attributes becomes the attribute `others`."""
    return etree.fromstring(_OTHER_ATTRIBUTES.sub(rf'\1 {_OTHERS}="***"\2', expected).encode())


def _element(expected: etree._Element, got: etree._Element) -> Found | None:
    if expected.tag != got.tag:
        return None
    wanted = {str(name): str(value) for name, value in expected.attrib.items()}
    actual = {str(name): str(value) for name, value in got.attrib.items()}
    others = wanted.pop(_OTHERS, None)
    if wanted.keys() - actual.keys() or (others is None and actual.keys() - wanted.keys()):
        return None
    found: Found = {}
    for name, value in wanted.items():
        captured = text(value, actual[name])
        if captured is None:
            return None
        found |= captured
    inside = _content(expected, got)
    return None if inside is None else found | inside


def _content(expected: etree._Element, got: etree._Element) -> Found | None:
    wanted: list[Any] = [ANYTHING] if ANYTHING in (expected.text or "") else []
    for child in expected.iterchildren(etree.Element):
        wanted += [child, ANYTHING] if ANYTHING in (child.tail or "") else [child]
    children = list(got.iterchildren(etree.Element))
    if wanted == [ANYTHING] and (expected.text or "").strip() == ANYTHING:
        return {}
    if not len(expected):
        return None if children else text(_own_text(expected), _own_text(got))
    return _sequence(wanted, children, _element)


def _own_text(element: etree._Element) -> str:
    """Return the text of an element without children; whitespace alone counts as empty."""
    content = element.text or ""
    return content if content.strip() else ""


def json_document(expected: str, got: bytes) -> Found | None:
    """Compare two documents by value. `"***": "***"` in an object and `"***"` in a list allow others."""
    try:
        value = json.loads(got)
    except ValueError:
        return None
    return _value(json.loads(expected), value)


def _value(expected: Any, got: Any) -> Found | None:
    if isinstance(expected, str):
        if expected == ANYTHING:
            return {}
        if _WILD.search(expected) and not isinstance(got, dict | list):
            return text(expected, got if isinstance(got, str) else json.dumps(got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return _object(dict(expected), got)
    if isinstance(expected, list) and isinstance(got, list):
        return _sequence(expected, got, _value)
    same = expected == got and isinstance(expected, bool) == isinstance(got, bool)
    return {} if same else None


def _object(expected: dict[str, Any], got: dict[str, Any]) -> Found | None:
    others = expected.pop(ANYTHING, None)
    if expected.keys() - got.keys() or (others is None and got.keys() - expected.keys()):
        return None
    found: Found = {}
    for name, value in expected.items():
        captured = _value(value, got[name])
        if captured is None:
            return None
        found |= captured
    return found


def _sequence(
    expected: Sequence[Any], got: Sequence[T], same: Callable[[Any, T], Found | None]
) -> Found | None:
    """Compare item by item; `***` among the expected items matches any number of them."""
    if not expected:
        return None if got else {}
    first, *rest = expected
    if isinstance(first, str) and first == ANYTHING:
        ends = range(len(got) + 1)
        return next(
            (found for end in ends if (found := _sequence(rest, got[end:], same)) is not None),
            None,
        )
    if not got or (captured := same(first, got[0])) is None:
        return None
    more = _sequence(rest, got[1:], same)
    return None if more is None else captured | more
