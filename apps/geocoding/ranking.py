"""How well a thing fits a query: its name, its address, what kind of thing it is, and how near it is to the map."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log10

from apps.features.words import fold

from .query import Word, all_name_words, name_words, postcodes_in
from .reading import Box, Thing
from .surroundings import Surroundings, meters_between

_NAME = re.compile(
    r"(?:(?:alt|int|loc|nat|official|old|reg|short)_)?name(?P<language>:[a-z]{2,3}(?:[-_]\w+)?)?|name_\d+"
)
_REFERENCE = re.compile(r"(?:(?:int|loc|nat|reg|old)_)?ref|icao|iata|brand|operator")
_CONTEXT = (
    *("addr:city", "addr:place", "addr:suburb", "addr:hamlet", "addr:district", "addr:postcode"),
    *("postal_code", "addr:housename", "brand", "operator", "network", "is_in"),
)
_POSTCODES = {"addr:postcode", "postal_code"}
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


def fit_of(
    thing: Thing,
    *,
    words: Sequence[Word],
    around: Surroundings | None,
    languages: Sequence[str] = (),
    view: Box | None = None,
) -> Fit:
    """Return how well a thing fits. Without surroundings, words that are not its own may be theirs."""
    own = set(_words_of_address(thing))
    places = around.places() if around else ()

    @cache
    def is_known(word: Word) -> bool:
        if any(word.matches(other) or word.begins(other) for other in own):
            return True
        if word.is_postcode and thing.is_place and "postal_code" not in thing.tags:
            # Most places do not say which postcodes they have.
            return True
        return any(
            word.matches(other) or word.begins(other) for place in places for other in _words_of_place(place)
        )

    candidates = [(name, penalty) for name, penalty in _names(thing.tags, languages)]
    # Who looks for a street does not mean its houses; and an address names a house rather than the shop in it.
    candidates += [
        (address, _SHOP if "name" in thing.tags else 0)
        for address in _addresses(thing.tags)
        if any(word.matches(address[-1]) for word in words)
    ]
    points, unexplained, is_named = max(
        _points_of(name, words, is_known, penalty) for name, penalty in candidates or [((), 0)]
    )
    if around is None:
        points -= _UNEXPLAINED * unexplained
    points += _IMPORTANCE * thing.importance + _nearness(thing, view)
    if around is not None:
        points += _of_town(thing, words)
    return Fit(points, unexplained == 0, is_named)


def _points_of(
    name: Sequence[str], words: Sequence[Word], is_known: Callable[[Word], bool], penalty: float
) -> tuple[float, int, bool]:
    """Return the points of one name, how many words of the query are neither in it nor known, and whether any is in it."""
    matched = [
        (index, at, word) for index, word in enumerate(words) if (at := _place(word, name)) is not None
    ]
    rest = [word for word in words if _place(word, name) is None]
    unexplained = sum(not is_known(word) for word in rest)
    own = {at for _, at, _ in matched}
    if not matched:
        return _SCATTERED / 2 + _UNEXPLAINED * unexplained, unexplained, False
    whole = all(word.matches(name[at]) for _, at, word in matched)
    in_order = [at for _, at, _ in matched] == sorted(own)
    points: float
    if len(own) == len(name) and whole:
        points = _EXACT if in_order else _OTHER_ORDER
    elif in_order and min(own) == 0:
        points = _BEGINNING + 20 * len(own) / len(name)
    else:
        points = _WITHIN + 15 * len(own) / len(name) if in_order else _SCATTERED + 15 * len(own) / len(name)
    # A word that names the thing says more than one that names where it is.
    return points + penalty - 1.5 * len(rest) + _UNEXPLAINED * unexplained, unexplained, True


def _place(word: Word, name: Sequence[str]) -> int | None:
    """Return where a word stands in a name."""
    for at, other in enumerate(name):
        if word.matches(other):
            return at
    for at, other in enumerate(name):
        if word.begins(other):
            return at
    return None


def _names(tags: Mapping[str, str], languages: Sequence[str]) -> Iterator[tuple[Sequence[str], float]]:
    """Yield the words of each name, and the points that a match of it loses. The house number of an address is last."""
    for key, value in tags.items():
        if match := _NAME.fullmatch(key):
            language = (match["language"] or "")[1:]
            penalty = _OLD_NAME if key.startswith("old_") else 0
            if language and language not in languages:
                penalty = _OTHER_LANGUAGE
        elif _REFERENCE.fullmatch(key):
            penalty = _REFERENCE_ONLY
        else:
            continue
        for part in value.split(";"):
            yield from ((words, penalty) for words in all_name_words(part) if words)


def _addresses(tags: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Yield the words of each address: the street and, at the end, the number of the house."""
    if number := tags.get("addr:housenumber"):
        for street in (tags.get("addr:street"), tags.get("addr:place")):
            for words in all_name_words(street) if street else ():
                for one in dict.fromkeys([number, *number.split(";")]):
                    yield (*words, "".join(name_words(one)))


def _words_of_address(thing: Thing) -> Iterator[str]:
    """Yield the words of a thing's own address, except its street, and of who runs it."""
    for key in _CONTEXT:
        if value := thing.tags.get(key):
            for words in all_name_words(value):
                yield from words
            if key in _POSTCODES:
                yield from postcodes_in(value)


def _words_of_place(place: Thing) -> Iterator[str]:
    for key, value in place.tags.items():
        if key == "postal_code":
            yield from postcodes_in(value)
        if key == "postal_code" or key.startswith(("name", "alt_name", "short_name", "int_name")):
            for part in value.split(";"):
                for words in all_name_words(part):
                    yield from words


def _of_town(thing: Thing, words: Sequence[Word]) -> float:
    """Return points for a thing whose own address names the town that the query names."""
    city = thing.tags.get("addr:city")
    return _OWN_TOWN if city and any(word.matches(name) for word in words for name in name_words(city)) else 0


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
