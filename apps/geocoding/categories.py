"""Kinds of things by what people call them: `Apotheke` and `pharmacy` are `amenity=pharmacy`.

The names and terms are those of the tagging schema in the reader's languages and English.
"""

from collections.abc import Sequence
from functools import lru_cache

from apps.elements.presets import terms_in
from apps.features.models import CATEGORY_KEYS

from .query import Word, name_words

_LONGEST = 4
"""Words of a category."""
LINKING = frozenset(
    [
        "in",
        "im",
        "near",
        "bei",
        "nahe",
        "at",
        "a",
        "an",
        "am",
        "dans",
        "pres",
        "de",
        "en",
        "cerca",
        "vicino",
        "nel",
        "i",
        "o",
        "w",
        "the",
        "der",
        "die",
        "das",
        "la",
        "le",
        "el",
        "il",
        "um",
        "around",
        "of",
        "von",
    ]
)
"""Words between a kind and a place that name neither."""

Kind = tuple[str, str]


def find(words: Sequence[Word], languages: Sequence[str]) -> tuple[list[Kind], list[Word]] | None:
    """Return the main tags that the longest run of words at an end of the query names, and the words that remain."""
    indexes = [_index(language) for language in dict.fromkeys([*languages, "en"])]
    for length in range(min(_LONGEST, len(words)), 0, -1):
        for run, rest in ((words[:length], words[length:]), (words[-length:], words[:-length])):
            text = " ".join(word.text for word in run)
            kinds = [kind for index in indexes for kind in index.get(text, ())]
            if kinds:
                return list(dict.fromkeys(kinds)), _without_links(rest)
    return None


def _without_links(words: Sequence[Word]) -> list[Word]:
    while words and words[0].text in LINKING:
        words = words[1:]
    while words and words[-1].text in LINKING:
        words = words[:-1]
    return list(words)


@lru_cache(maxsize=80)
def _index(language: str) -> dict[str, list[Kind]]:
    """Return the main tags by the folded names and terms of their presets; of names of several, the name's own first."""
    names: dict[str, list[Kind]] = {}
    terms: dict[str, list[Kind]] = {}
    for tags, name, others in terms_in(language):
        if len(tags) != 1:
            continue
        [kind] = tags.items()
        if kind[0] not in CATEGORY_KEYS or kind[1] == "*":
            continue
        texts = [(name, names), *((other, terms) for other in others)]
        if language == "en":
            # What mappers call it is English too.
            texts.append((kind[1].replace("_", " "), names))
        for text, index in texts:
            words = " ".join(name_words(text))
            if words and kind not in index.setdefault(words, []):
                index[words].append(kind)
    return {text: names.get(text) or terms[text] for text in names | terms}
