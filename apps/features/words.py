"""Words as they are searched for: without case, accents and punctuation."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

_NAME = re.compile(
    r"(?:(?:alt|int|loc|nat|official|old|reg|short|sorting|local|registered|bridge|tunnel|lock|ferry)_)?name(?::.+)?"
    r"|name_\d+|brand|operator|ref|(?:int|loc|nat|reg|old|local|official|bus|icao|iata)_?ref"
    r"|icao|iata|postal_code|addr:housename"
)
"""The keys whose values name a thing itself."""
_ADDRESS = re.compile(r"network|addr:(?:housenumber|unit|street|place|city|postcode|suburb|district|hamlet)")
"""The keys whose values say where a thing is or what it belongs to."""
_FOLDED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ı": "i",
        "þ": "th",
        "ħ": "h",
        "ŋ": "n",
        "ĸ": "k",
        "ŧ": "t",
        "ә": "ә",
        "'": "",
        "’": "",
        "ʼ": "",
        "`": "",
        "´": "",
    }
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WORD = re.compile(r"\w+")
_WITHOUT_BLANKS = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)
"""Runs of scripts that put no blanks between words."""
_LONGEST = 64
"""Longer words are cut: nobody types them whole."""
_MOST = 500
"""Words per feature: a few places have names in 200 languages."""


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with letters that have none spelled out (`Straße`: `strasse`)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_FOLDED))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).translate(
        _FOLDED
    )


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text, folded; pairs of characters where a script puts no blanks between words."""
    for word in _WORD.findall(fold(text)):
        yield from _parts(word.strip("_")[:_LONGEST])


def spellings_of(text: str) -> Iterator[str]:
    """Yield the words of a text and, for words with umlauts, those with two letters instead (`Zürich`: `zuerich`)."""
    yield from words_of(text)
    if not text.isascii():
        lowered = unicodedata.normalize("NFC", text.lower())
        spelled = lowered.translate(_UMLAUTS)
        if spelled != lowered:
            yield from words_of(spelled)


def searched_words(tags: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the words that name a feature with these tags, and all by which it is found, those of its address too."""
    names: dict[str, None] = {}
    others: dict[str, None] = {}
    for key, value in tags.items():
        if (is_name := _is_name(key)) is not None:
            (names if is_name else others).update(dict.fromkeys(_spellings(value)))
    return list(names)[:_MOST], list(names | others)[:_MOST]


@lru_cache(maxsize=5_000)
def _is_name(key: str) -> bool | None:
    """Return whether the values of a key name the thing itself; None if they are not searched."""
    return True if _NAME.fullmatch(key) else False if _ADDRESS.fullmatch(key) else None


@lru_cache(maxsize=20_000)
def _spellings(text: str) -> tuple[str, ...]:
    # Streets, places and postcodes are the same in many addresses.
    return tuple(spellings_of(text))


def vector(words: Iterable[str]) -> str:
    """Return words as the text of a `tsvector`; folded words contain nothing that has to be escaped."""
    return " ".join(f"'{word}'" for word in words)


def _parts(word: str) -> Iterator[str]:
    if not word:
        return
    if word.isascii() or not (runs := _WITHOUT_BLANKS.findall(word)):
        yield word
        return
    for run in runs:
        if len(run) == 1:
            yield run
        yield from (run[start : start + 2] for start in range(len(run) - 1))
    yield from (rest for rest in _WITHOUT_BLANKS.split(word) if rest)
