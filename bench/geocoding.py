"""`python -m bench.geocoding --data FILE`: how fast the search is, and how often it finds what was meant.

Draws names and addresses at random from the features of an instance and searches for each with its place: as it is,
with one typing error, and with the beginning of the last word; and asks for suggestions at each letter while the first
part is typed near the place. Prints the seed, the times, and how many come first.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Subject(NamedTuple):
    """What is searched for: its text, the element, and what another result has to have to count as the same thing."""

    text: str
    ref: tuple[int, int]
    label: str
    position: tuple[float, float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.geocoding", description="Measure the search.")
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of an instance with features"
    )
    parser.add_argument("--count", type=int, default=300, help="names and addresses (default 300)")
    parser.add_argument("--seed", type=int, default=None, help="default: drawn, and printed")
    parser.add_argument("--misses", action="store_true", help="print what is not among the first two")
    options = parser.parse_args()
    # Settings read the environment when they are loaded.
    os.environ["OSMSITE_DATA_DIR"] = str(options.data_dir)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")
    # As the web server: it sets Django up, and how often Python looks for garbage.
    import osmsite.wsgi  # noqa: F401
    from apps.instance.commands import instance

    seed = random.randrange(10**6) if options.seed is None else options.seed
    with instance():
        _measure(random.Random(seed), options.count, seed, show_misses=options.misses)
    return 0


def _measure(source: random.Random, count: int, seed: int, *, show_misses: bool) -> None:
    subjects = list(_subjects(source, count))
    print(f"seed {seed}: {len(subjects)} names and addresses")
    print(f"{'':24}{'p50 ms':>8}{'p95 ms':>8}{'max':>8}{'first':>8}{'first 2':>9}{'first 5':>9}")
    variants: list[tuple[str, Callable[[str], str]]] = [
        ("as it is", lambda text: text),
        ("one typing error", lambda text: _mistyped(source, text)),
        ("without accents", _without_accents),
        ("beginning", lambda text: text[: max(3, len(text) - 3)]),
    ]
    for name, variant in variants:
        _report(name, [subject._replace(text=variant(subject.text)) for subject in subjects], show_misses)
    _report_suggestions(subjects)


def _report_suggestions(subjects: Sequence[Subject]) -> None:
    """Print how long suggestions take, at each letter, and after which letter the subject is among them."""
    from apps.geocoding.search import Wish, suggest

    times: dict[str, list[float]] = {"1 or 2 letters": [], "3 letters": [], "4 and more": []}
    typed, found = 0, 0
    letters: list[int] = []
    for subject in subjects:
        text = subject.text.partition(",")[0]
        x, y = subject.position
        wish = Wish(languages=("de", "en"), view=(x, y, x, y), limit=8)
        at = None
        for length in range(1, len(text) + 1):
            start = time.perf_counter()
            results = suggest(text[:length], wish)
            group = "1 or 2 letters" if length < 3 else "3 letters" if length == 3 else "4 and more"
            times[group].append((time.perf_counter() - start) * 1000)
            if at is None and any(_is_meant(result.thing, subject) for result in results):
                at = length
        typed += 1
        if at is not None:
            found += 1
            letters.append(at)
    print(f"{'suggestions':24}{'p50 ms':>8}{'p95 ms':>8}{'max':>8}")
    everything = [duration for group in times.values() for duration in group]
    for name, durations in [*times.items(), ("all", everything)]:
        if len(durations) > 1:
            cuts = quantiles(durations, n=20)
            print(f"  {name:22}{cuts[9]:8.1f}{cuts[18]:8.1f}{max(durations):8.1f}")
    if letters:
        print(
            f"  {found / typed:.1%} are suggested before the end, half of them after {median(letters):.0f} letters"
        )


def _report(name: str, subjects: Sequence[Subject], show_misses: bool) -> None:
    times, ranks = [], []
    for subject in subjects:
        start = time.perf_counter()
        rank = _rank(subject)
        times.append((time.perf_counter() - start) * 1000)
        ranks.append(rank)
        if show_misses and (rank is None or rank > 2):
            print(f"  {rank or '-'}: {subject.text} ({'nwr'[subject.ref[0] - 1]}{subject.ref[1]})")
    cuts = quantiles(times, n=20)
    shares = [sum(rank is not None and rank <= limit for rank in ranks) / len(ranks) for limit in (1, 2, 5)]
    print(
        f"{name:24}{cuts[9]:8.1f}{cuts[18]:8.1f}{max(times):8.1f}"
        f"{shares[0]:8.1%}{shares[1]:9.1%}{shares[2]:9.1%}",
        flush=True,
    )


def _rank(subject: Subject) -> int | None:
    """Return the place of the subject among the results; None if it is not found."""
    from apps.geocoding.search import Wish, search

    for number, result in enumerate(search(subject.text, Wish(languages=("de", "en"), limit=10)), start=1):
        if _is_meant(result.thing, subject):
            return number
    return None


def _is_meant(thing: Any, subject: Subject) -> bool:
    """Return whether a result is the subject, or what people see as the same thing."""
    from apps.geocoding.ranking import label_of
    from apps.geocoding.surroundings import meters_between

    if (thing.type, thing.id) == subject.ref:
        return True
    x, y = subject.position
    is_within = thing.west <= x <= thing.east and thing.north <= y <= thing.south
    near = is_within or meters_between((thing.x, thing.y), subject.position) < 300
    return label_of(thing) == subject.label and near


def _subjects(source: random.Random, count: int) -> Iterator[Subject]:
    """Yield names and addresses of random features, half of each, with the place that they are in."""
    from django.db import connection

    from apps.geocoding import reading
    from apps.geocoding.ranking import label_of
    from apps.geocoding.surroundings import surroundings_of
    from apps.osm.elements import ElementRef, ElementType

    conditions = [
        "tags::text LIKE '%\"name\":%'",
        "tags::text LIKE '%\"addr:housenumber\":%' AND tags::text LIKE '%\"addr:street\":%'",
    ]
    for number, condition in enumerate(conditions):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT type, id FROM features WHERE {condition} ORDER BY type, id")
            refs = [ElementRef(ElementType(kind), id_) for kind, id_ in cursor]
        things = reading.by_refs(source.sample(refs, min(len(refs), count // 2)))
        for thing, around in zip(things, surroundings_of(things), strict=True):
            tags = thing.tags
            settlement = around.settlement.tags.get("name") if around.settlement else None
            place = tags.get("addr:city") or settlement
            own = tags["name"] if number == 0 else f"{tags['addr:street']} {tags['addr:housenumber']}"
            text = f"{own}, {place}" if place and place != own else own
            # An address may be found by the house or by what is in it.
            label = label_of(
                thing if number == 0 else replace(thing, tags={k: v for k, v in tags.items() if k != "name"})
            )
            yield Subject(text, (int(thing.type), thing.id), label, (thing.x, thing.y))


def _mistyped(source: random.Random, text: str) -> str:
    """Return a text with one letter of a word of five or more wrong, missing, doubled or exchanged with the next."""
    places = [at for at in range(1, len(text) - 1) if _is_in_long_word(text, at)]
    if not places:
        return text
    at = source.choice(places)
    letter = source.choice(_LETTERS)
    return source.choice(
        [
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
        ]
    )


def _is_in_long_word(text: str, at: int) -> bool:
    start = end = at
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return end - start >= 5 and start < at and text[at].isalpha()


def _without_accents(text: str) -> str:
    from apps.features.words import fold

    return fold(text)


if __name__ == "__main__":
    sys.exit(main())
