"""Search: from what people type to things with their addresses, the best first.

A query is the name of something, perhaps with the places that it is in, in any order: `Landstrasse 1, Schaan`. So there
are two ways to candidates: what contains all words itself, and what lies in a place that some of the words name. Each
candidate then has to explain all words, by its names, its address or the places around it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from apps.features.projection import meters_per_unit
from apps.osm.elements import ElementRef

from . import categories, reading, spelling
from .merging import merged, united
from .query import Word, any_run, corrected, parse, postcodes_in, tsquery
from .ranking import Query, label_of
from .reading import Box, Thing
from .results import Result
from .surroundings import (
    Surroundings,
    country_code,
    grown,
    postcode_of,
    surroundings_at,
    surroundings_of,
)

_RANKED_WHILE_TYPING, _CANDIDATES_WHILE_TYPING = 14, 20
"""There is less time before the text is complete."""
_MOST_PLACES, _MOST_WAYS = 10, 4
_NEAR = 20_000
"""Meters around the middle of the map in which things are looked for first."""
_FIRST = 12
"""Candidates whose surroundings are looked up first; those of the others only if they may be better."""
_IN_VAIN = 4
"""How often more candidates are looked at if nothing was found."""
_OF_CATEGORY = 75
"""The points of a thing whose kind is searched for; one with that name has more."""


@dataclass(frozen=True)
class Wish:
    """What is searched for, and by whom."""

    languages: Sequence[str] = ()
    view: Box | None = None
    """The part of the map that is seen: what is near it comes first."""
    bounded: bool = False
    """Whether only things in the view are wanted."""
    countries: frozenset[str] = frozenset()
    limit: int = 10
    ranked_closely: int = 32
    """Candidates whose surroundings are looked up."""
    candidates: int = 80
    """Of each kind: places, named things, those near the view."""


def search(text: str, wish: Wish) -> list[Result]:
    """Return what a text may mean, the best first. A bounded number of statements."""
    words = parse(text)
    if not words:
        return []
    for meant in _meanings(words):
        if found := _found(meant, wish):
            return found[: wish.limit]
    return []


def suggest(text: str, wish: Wish) -> list[Result]:
    """Return what a text that is still being typed may become, the best first. Typing errors are not corrected yet."""
    words = parse(text)
    quick = replace(wish, ranked_closely=_RANKED_WHILE_TYPING, candidates=_CANDIDATES_WHILE_TYPING)
    return _found(words, quick)[: wish.limit] if words else []


def _meanings(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield what may be meant: what was typed; without its typing errors; the street of a house that is not mapped."""
    yield words
    corrections = spelling.corrections(words)
    yield from (corrected(words, correction) for correction in corrections)
    rest = [word for word in words if not word.is_of_addresses]
    if 0 < len(rest) < len(words):
        yield rest
        yield from (corrected(rest, correction) for correction in corrections)


def _found(words: Sequence[Word], wish: Wish) -> list[Result]:
    ranked = _ranked(*_candidates(words, wish), words, wish)
    if not _is_only_postcode(words):
        # What is only in a place of that name was not asked for.
        ranked = [result for result in ranked if result.is_named]
    if (category := categories.find(words, wish.languages)) is not None:
        kinds, rest = category
        ranked += _of_category(kinds, rest, wish)
        ranked.sort(key=lambda result: -result.score)
    if _is_only_postcode(words):
        ranked = _with_place_of_postcode(ranked, words[0], wish)
    return merged(ranked)


def _is_only_postcode(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].is_postcode


def _candidates(words: Sequence[Word], wish: Wish) -> tuple[list[Thing], list[Thing]]:
    """Return the things that contain all words themselves or lie in a place that has the others; and the places that only
    have some of the words, which are meant if something around them has the rest."""
    # Too many things begin with one or two letters.
    is_short = (
        len(words) == 1 and len(words[0].text) <= 2 and words[0].text.isascii() and words[0].text.isalpha()
    )
    numbers = any(word.is_of_addresses for word in words)
    found = reading.by_words(
        tsquery(words),
        near=_near(wish.view),
        only_places=is_short,
        addresses=numbers,
        several=len(words) > 1,
        kept=wish.candidates,
    )
    if len(words) == 1:
        return found, []
    places = _places_in(words, wish)
    for wanted, boxes in _ways_to_split(words, places):
        numbers = any(word.is_of_addresses for word in wanted)
        found += reading.in_boxes(
            tsquery(wanted), boxes, addresses=numbers, several=len(wanted) > 1, kept=2 * wish.candidates
        )
    others: list[Thing] = []
    for place, run in places:
        # Most places do not say which postcodes they have.
        has_all = all(at in run or word.is_postcode for at, word in enumerate(words))
        (found if has_all else others).append(place)
    return found, others


def _places_in(words: Sequence[Word], wish: Wish) -> list[tuple[Thing, frozenset[int]]]:
    """Return the places that some of the words name, each with these words' numbers, the most important first."""
    query = Query(words)
    return [
        (place, run)
        for place in reading.by_words(any_run(words), only_places=True, kept=wish.candidates)
        if (run := max(_runs(place, query), key=len, default=frozenset()))
    ]


def _runs(place: Thing, query: Query) -> Iterator[frozenset[int]]:
    words = query.words
    for name in place.names:
        if not query.touches(name):
            continue
        for start in range(len(words) - len(name) + 1):
            run = words[start : start + len(name)]
            if all(word.matches(part) or word.begins(part) for word, part in zip(run, name, strict=True)):
                yield frozenset(range(start, start + len(name)))


def _ways_to_split(
    words: Sequence[Word], places: Sequence[tuple[Thing, frozenset[int]]]
) -> list[tuple[list[Word], list[Box]]]:
    """Return the words that may name a thing, with the boxes of the places that the other words name."""
    split: dict[tuple[int, ...], list[Box]] = {}
    for place, run in places:
        larger = {
            index
            for other, indexes in places
            if other.importance > place.importance and not indexes & run
            for index in indexes
        }
        wanted = tuple(
            index
            for index, word in enumerate(words)
            if index not in run
            and index not in larger
            and not word.is_postcode
            and word.text not in categories.LINKING
        )
        if wanted and (wanted in split or len(split) < _MOST_WAYS):
            split.setdefault(wanted, []).append(grown(place))
    return [([words[index] for index in wanted], boxes[:_MOST_PLACES]) for wanted, boxes in split.items()]


def _ranked(
    candidates: Sequence[Thing], places: Iterable[Thing], words: Sequence[Word], wish: Wish
) -> list[Result]:
    """Return the candidates that explain all words, the best first."""
    query = Query(words, wish.languages, wish.view)
    things = {thing.ref: thing for thing in candidates}
    others = {place.ref: place for place in places if place.ref not in things}
    promises: dict[ElementRef, float] = {}
    inside: list[Thing] = []
    for group in (things, others):
        if len(inside) >= wish.ranked_closely:
            # Many places may have the name that one of the words is.
            break
        possible = [thing for thing in group.values() if not wish.bounded or _is_inside(thing, wish.view)]
        promises |= {thing.ref: query.fit(thing, None).score for thing in possible}
        inside += sorted(possible, key=lambda thing: -promises[thing.ref])
    results: list[Result] = []
    looked_at = 0
    for some in _batches(inside, wish.ranked_closely):
        best = merged(result for result in results if result.is_named)
        if best and looked_at >= wish.ranked_closely:
            break
        if len(best) >= wish.limit and not any(
            promises[thing.ref] > best[wish.limit - 1].score for thing in some if thing.ref in things
        ):
            break
        looked_at += len(some)
        for thing, around in zip(some, surroundings_of(some), strict=True):
            found = query.fit(thing, around)
            if found.explained and _is_in_country(thing, around, wish.countries):
                results.append(Result(thing, around, found.score, wish.languages, found.is_named))
        results.sort(key=lambda result: -result.score)
    return results


def _batches(things: Sequence[Thing], count: int) -> Iterator[Sequence[Thing]]:
    """Yield the first of some things, then the rest of so many, then as many again for the case that these were in vain:
    a street may be in dozens of pieces, all in the wrong town."""
    limits = (0, min(_FIRST, count), *(count * times for times in range(1, _IN_VAIN + 2)))
    yield from (some for start, end in pairwise(limits) if (some := things[start:end]))


def _of_category(kinds: Sequence[tuple[str, str]], rest: Sequence[Word], wish: Wish) -> list[Result]:
    """Return things of some kinds in the place that the other words name, near the map without such words."""
    boxes: list[Box] = []
    if rest:
        places = [place for place, run in _places_in(rest, wish) if len(run) == len(rest)]
        boxes = [grown(place) for place in places[:_MOST_PLACES]]
        if not boxes:
            return []
    elif wish.bounded and wish.view:
        boxes = [wish.view]
    found = reading.of_kinds(kinds, boxes, None if boxes and rest else _middle(wish.view))
    results = _ranked(found, (), rest, wish) if rest else _unranked(found, wish)
    return [replace(result, score=result.score + _OF_CATEGORY) for result in results]


def _unranked(things: Sequence[Thing], wish: Wish) -> list[Result]:
    first = [thing for thing in things if not wish.bounded or _is_inside(thing, wish.view)][
        : wish.ranked_closely
    ]
    return [
        Result(thing, around, -number / 10, wish.languages)
        for number, (thing, around) in enumerate(zip(first, surroundings_of(first), strict=True))
        if _is_in_country(thing, around, wish.countries)
    ]


def _with_place_of_postcode(ranked: Sequence[Result], word: Word, wish: Wish) -> list[Result]:
    """Return, for a postcode, the place that most things with it are in, then what has that number as its name."""
    of_code = [
        result
        for result in ranked
        if any(map(word.matches, postcodes_in(postcode_of(result.thing, Surroundings()) or "")))
    ]
    places = [result.around.settlement for result in of_code if result.around.settlement]
    places += [result.thing for result in of_code if result.thing.is_place]
    # A postcode of two parts is often that of a few houses, which are the answer too.
    others = [result for result in ranked if word.has_parts or result not in of_code or result.thing.is_place]
    if not places:
        return list(ranked)
    place = max(places, key=lambda place: sum(other.ref == place.ref for other in places))
    code = postcode_of(of_code[0].thing, Surroundings())
    [around] = surroundings_at([(place.x, place.y)])
    if around.settlement and label_of(around.settlement) == label_of(place):
        place = united(around.settlement, place)
    [around] = surroundings_of([place])
    return [
        Result(place, around, 100, wish.languages, postcode=code),
        *(r for r in others if r.thing.ref != place.ref),
    ]


def _is_inside(thing: Thing, view: Box | None) -> bool:
    if view is None:
        return True
    west, north, east, south = view
    return west <= thing.x <= east and north <= thing.y <= south


def _is_in_country(thing: Thing, around: Surroundings, codes: frozenset[str]) -> bool:
    if not codes:
        return True
    places = [thing, *around.areas]
    return any(country_code(place.tags) in codes for place in places) or (
        thing.tags.get("addr:country", "").lower() in codes
    )


def _near(view: Box | None) -> Box | None:
    """Return a view, grown to a distance in which people look for things."""
    if view is None:
        return None
    x, y = _middle(view) or (0.0, 0.0)
    reach = _NEAR / meters_per_unit(y)
    west, north, east, south = view
    return min(west, x - reach), min(north, y - reach), max(east, x + reach), max(south, y + reach)


def _middle(view: Box | None) -> tuple[float, float] | None:
    return ((view[0] + view[2]) / 2, (view[1] + view[3]) / 2) if view else None
