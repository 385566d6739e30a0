"""Whether an answer is the expected one: XML by its elements, JSON by its values, all else as text.

`***` stands for anything, `{{new name}}` for anything that is to be remembered under that name. Each function
returns what is to be remembered, or None where the two differ.
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
    """The whole text."""
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
    """Elements in their order, attributes in any; `***` for an attribute or between elements: others may stand there."""
    try:
        tree = etree.fromstring(got)
    except etree.XMLSyntaxError:
        return None
    return _element(pattern_tree(expected), tree)


def pattern_tree(expected: str) -> etree._Element:
    """An expected document as a tree: `***` among attributes becomes the attribute `others`."""
    return etree.fromstring(_OTHER_ATTRIBUTES.sub(rf'\1 {_OTHERS}="***"\2', expected).encode())


def _element(expected: etree._Element, got: etree._Element) -> Found | None:
    if expected.tag != got.tag:
        return None
    wanted = {str(name): str(value) for name, value in expected.attrib.items()}
    there = {str(name): str(value) for name, value in got.attrib.items()}
    others = wanted.pop(_OTHERS, None)
    if wanted.keys() - there.keys() or (others is None and there.keys() - wanted.keys()):
        return None
    found: Found = {}
    for name, value in wanted.items():
        here = text(value, there[name])
        if here is None:
            return None
        found |= here
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
        return None if children else text(_said(expected), _said(got))
    return _sequence(wanted, children, _element)


def _said(element: etree._Element) -> str:
    """The text of an element without children; mere white space is none."""
    said = element.text or ""
    return said if said.strip() else ""


def json_document(expected: str, got: bytes) -> Found | None:
    """Values; `"***": "***"` in an object or `"***"` in a list: others may stand there."""
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
        here = _value(value, got[name])
        if here is None:
            return None
        found |= here
    return found


def _sequence(
    expected: Sequence[Any], got: Sequence[T], same: Callable[[Any, T], Found | None]
) -> Found | None:
    """Item by item; `***` among the expected stands for any number of them."""
    if not expected:
        return None if got else {}
    first, *rest = expected
    if isinstance(first, str) and first == ANYTHING:
        ends = range(len(got) + 1)
        return next(
            (found for end in ends if (found := _sequence(rest, got[end:], same)) is not None),
            None,
        )
    if not got or (here := same(first, got[0])) is None:
        return None
    more = _sequence(rest, got[1:], same)
    return None if more is None else here | more
