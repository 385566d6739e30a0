"""How well a thing fits a query: its name, its address, what kind of thing it is, and how near it is to the map."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log10

from apps.features.words import fold
from apps.osm.elements import ElementRef

from .query import Word, all_name_words, name_words
from .reading import Box, Thing
from .surroundings import Surroundings, meters_between

_NAME = re.compile(
    r"(?:(?:alt|int|loc|nat|official|old|reg|short)_)?name(?P<language>:[a-z]{2,3}(?:[-_]\w+)?)?|name_\d+"
)
_REFERENCE = re.compile(r"(?:(?:int|loc|nat|reg|old)_)?ref|icao|iata|brand|operator")
_EXACT, _OTHER_ORDER, _BEGINNING, _WITHIN, _SCATTERED = 100, 92, 62, 50, 25
_OLD_NAME, _REFERENCE_ONLY, _OTHER_LANGUAGE, _SHOP = -15, -4, -3, -9
_UNEXPLAINED = -70
_IMPORTANCE = 0.4
_NEARNESS = 25
_FURTHEST = 7.3
"""log10 of the largest distance on earth in meters."""
_OWN_TOWN = 12


@dataclass(frozen=True)
class Fit:
    score: float
    explained: bool
    """Whether each word of the query is in the name of the thing, its address, or of what is around it."""
    is_named: bool
    """Whether some word is in its own name."""


@dataclass(frozen=True)
class Query:
    """What things are compared with."""

    words: Sequence[Word]
    languages: Sequence[str] = ()
    view: Box | None = None
    _names: dict[ElementRef, dict[tuple[str, ...], float]] = field(default_factory=dict)

    def fit(self, thing: Thing, around: Surroundings | None) -> Fit:
        """Return how well a thing fits. Without surroundings, words that are not its own may be theirs: the score is the
        highest that it can have."""
        lost = _UNEXPLAINED if around else 0
        own = thing.words_of_address
        around_it = around.words if around else frozenset[str]()
        # Most places do not say which postcodes they have.
        has_code = not thing.is_place or "postal_code" in thing.tags

        def is_unknown(word: Word) -> bool:
            return not (word.is_in(own) or word.is_in(around_it) or (word.is_postcode and not has_code))

        if names := self._names_of(thing):
            points, unexplained = max(
                _points_of(name, self.words, is_unknown, thing.words_of_street, penalty, lost)
                for name, penalty in names.items()
            )
        else:
            unexplained = sum(map(is_unknown, self.words))
            points = _SCATTERED / 2 + lost * unexplained
        points += _IMPORTANCE * thing.importance + _nearness(thing, self.view) + _of_town(thing, self.words)
        return Fit(points, unexplained == 0, bool(names))

    def _names_of(self, thing: Thing) -> dict[tuple[str, ...], float]:
        """Return the names and addresses of a thing that a word is in, with the points that a match of each loses."""
        found = self._names.get(thing.ref)
        if found is None:
            found = self._names[thing.ref] = {}
            for name, penalty in (*_names(thing.tags, self.languages), *self._addresses_of(thing)):
                if self.touches(name):
                    found[name] = max(penalty, found.get(name, penalty))
        return found

    def _addresses_of(self, thing: Thing) -> Iterator[tuple[tuple[str, ...], float]]:
        """Yield addresses as `_names` does: who looks for a street does not mean its houses; and an address names a house
        rather than the shop in it."""
        penalty = _SHOP if "name" in thing.tags else 0
        for address in _addresses(thing.tags):
            if any(word.matches(address[-1]) for word in self.words):
                yield address, penalty

    def touches(self, name: Iterable[str]) -> bool:
        """Return whether any word is in a name: of a country's three hundred, few are looked at closely."""
        prefix = self._prefix
        return not self._texts.isdisjoint(name) or (
            prefix is not None and any(word.startswith(prefix) for word in name)
        )

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset[str]().union(*(word.texts for word in self.words))

    @cached_property
    def _prefix(self) -> str | None:
        return next((word.text for word in self.words if word.is_prefix), None)


def _points_of(
    name: Sequence[str],
    words: Sequence[Word],
    is_unknown: Callable[[Word], bool],
    street: Set[str],
    penalty: float,
    lost: float,
) -> tuple[float, int]:
    """Return the points of a name that one of the words is in, and how many words are neither in it nor known.

    The words of its street and house are known if a word names the thing: else who looks for a street would find all of
    it. Each unknown word costs `lost`.
    """
    places = [_place(word, name) for word in words]
    matched = [(at, word) for at, word in zip(places, words, strict=True) if at is not None]
    has_street = bool(street) and not all(word.is_of_addresses for _, word in matched)
    unexplained = sum(
        is_unknown(word) and not (has_street and word.is_in(street))
        for at, word in zip(places, words, strict=True)
        if at is None
    )
    own = {at for at, _ in matched}
    whole = all(word.matches(name[at]) for at, word in matched)
    in_order = [at for at, _ in matched] == sorted(own)
    points: float
    if len(own) == len(name) and whole:
        points = _EXACT if in_order else _OTHER_ORDER
    elif in_order and min(own) == 0:
        points = _BEGINNING + 20 * len(own) / len(name)
    else:
        points = _WITHIN + 15 * len(own) / len(name) if in_order else _SCATTERED + 15 * len(own) / len(name)
    # A word that names the thing says more than one that names where it is.
    return points + penalty - 1.5 * (len(words) - len(matched)) + lost * unexplained, unexplained


def _place(word: Word, name: Sequence[str]) -> int | None:
    """Return where a word stands in a name."""
    for at, other in enumerate(name):
        if word.matches(other):
            return at
    for at, other in enumerate(name):
        if word.begins(other):
            return at
    return None


def _names(tags: Mapping[str, str], languages: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Yield the words of each name, and the points that a match of it loses."""
    for key, value in tags.items():
        if (kind := _kind_of_name(key)) is None:
            continue
        language, penalty = kind
        if language and language not in languages:
            penalty = _OTHER_LANGUAGE
        for part in value.split(";"):
            yield from ((words, penalty) for words in all_name_words(part) if words)


@lru_cache(maxsize=5_000)
def _kind_of_name(key: str) -> tuple[str, float] | None:
    """Return the language of a key's names, if it says one, and the points that they lose; None if it has no names."""
    if match := _NAME.fullmatch(key):
        return (match["language"] or "")[1:], _OLD_NAME if key.startswith("old_") else 0
    return ("", _REFERENCE_ONLY) if _REFERENCE.fullmatch(key) else None


def _addresses(tags: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the words of each address: the street and, at the end, the number of the house."""
    if number := tags.get("addr:housenumber"):
        for street in (tags.get("addr:street"), tags.get("addr:place")):
            for words in all_name_words(street) if street else ():
                for one in dict.fromkeys([number, *number.split(";")]):
                    yield (*words, "".join(name_words(one)))


def _of_town(thing: Thing, words: Sequence[Word]) -> float:
    """Return points for a thing whose own address names the town that the query names."""
    city = thing.tags.get("addr:city")
    if not city:
        return 0
    return _OWN_TOWN if any(not word.texts.isdisjoint(all_name_words(city)[0]) for word in words) else 0


def _nearness(thing: Thing, view: Box | None) -> float:
    """Return points for being near the map's middle: all of them within it, none on the other side of the earth."""
    if view is None:
        return 0
    west, north, east, south = view
    middle = (west + east) / 2, (north + south) / 2
    if west <= thing.x <= east and north <= thing.y <= south:
        return _NEARNESS
    meters = max(100.0, meters_between(middle, (thing.x, thing.y)))
    return max(0.0, _NEARNESS * 0.8 * (1 - (log10(meters) - 2) / (_FURTHEST - 2)))


def label_of(thing: Thing) -> str:
    """Return what two results of one thing have in common: the name, folded, else the address."""
    tags = thing.tags
    if "name" in tags:
        return fold(tags["name"])
    if "addr:housenumber" in tags:
        return fold(f"{tags.get('addr:street') or tags.get('addr:place')} {tags['addr:housenumber']}")
    return fold(tags.get("ref", ""))
