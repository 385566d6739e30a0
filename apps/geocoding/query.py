"""What people type, as words to search for.

A word may be written in several ways: with umlauts or two letters, `12a` or `12 a`, `Landstr` for `Landstrasse`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from apps.features.words import spellings_of, words_of

LONGEST = 300
"""Characters. The rest of a longer query is ignored."""
MOST_WORDS = 12
_PART = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*", re.UNICODE)
_NUMBER_AND_LETTER = re.compile(r"(\d+)([a-z])")


@dataclass(frozen=True)
class Word:
    """One word of a query. A spelling of several words needs all of them."""

    spellings: tuple[tuple[str, ...], ...]
    is_prefix: bool = False
    """Whether longer words that begin like it match as well: it may not be typed to the end."""

    @cached_property
    def text(self) -> str:
        return "".join(self.spellings[0])

    @cached_property
    def texts(self) -> frozenset[str]:
        """All spellings, each as one word."""
        return frozenset("".join(spelling) for spelling in self.spellings)

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()

    @property
    def is_postcode(self) -> bool:
        """Return whether it may be a postcode rather than the number of a house."""
        return len(self.text) >= 4 and self.is_number

    def matches(self, word: str) -> bool:
        """Return whether it is a folded word of a name."""
        return word in self.texts

    def begins(self, word: str) -> bool:
        """Return whether a folded word of a name begins with it, if it may be a beginning."""
        return self.is_prefix and word.startswith(self.text)


def parse(text: str) -> list[Word]:
    """Return the words of a query. The last one may be a beginning."""
    words: list[Word] = []
    for part in _PART.findall(text[:LONGEST]):
        folded = list(words_of(part))
        if not folded:
            continue
        if len(folded) > 1:
            # A script without blanks: pairs of characters.
            words += [Word(((pair,),)) for pair in folded]
        else:
            words.append(_word(folded[0], dict.fromkeys([folded[0], *spellings_of(part)])))
    words = _joined(words)[:MOST_WORDS]
    if words and not words[-1].is_number:
        words[-1] = replace(words[-1], is_prefix=True)
    return words


def tsquery(words: Iterable[Word]) -> str:
    """Return the `tsquery` that finds all of the words."""
    return " & ".join(_alternatives(word) for word in words)


def any_run(words: Sequence[Word], longest: int = 4) -> str:
    """Return the `tsquery` that finds what contains all words of one of the query's runs.

    Short words alone are left out: too many names have an `am` or `st` in them.
    """
    runs = [
        words[start : start + length]
        for length in range(1, longest + 1)
        for start in range(len(words) - length + 1)
        if length > 1 or len(words[start].text) > 2 or words[start].is_prefix
    ] or [words[:1]]
    return " | ".join(f"({tsquery(run)})" for run in runs)


def name_words(text: str) -> list[str]:
    """Return the folded words of a name as `Word.matches` compares them: a number and its letter are one word."""
    joined: list[str] = []
    for word in words_of(text):
        if joined and joined[-1].isdigit() and len(word) == 1 and word.isalpha() and word.isascii():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


@lru_cache(maxsize=20_000)
def all_name_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a name in each of its spellings."""
    plain = tuple(name_words(text))
    if text.isascii():
        return (plain,)
    spelled = tuple(list(spellings_of(text))[len(list(words_of(text))) :])
    return (plain, spelled) if spelled and spelled != plain else (plain,)


def corrected(words: Sequence[Word], corrections: Mapping[str, Sequence[str]]) -> list[Word]:
    """Return the words with those that are not known in place by similar ones that are."""
    return [
        Word(tuple((other,) for other in corrections[word.text])) if corrections.get(word.text) else word
        for word in words
    ]


def _word(folded: str, spellings: Iterable[str]) -> Word:
    found: list[tuple[str, ...]] = [(spelling,) for spelling in spellings]
    if folded.endswith("str"):
        found.append((f"{folded}asse",))
    if match := _NUMBER_AND_LETTER.fullmatch(folded):
        found.append((match[1], match[2]))
    return Word(tuple(found))


def _joined(words: list[Word]) -> list[Word]:
    """Return the words with the letter of a house number put to it: `12 a` is `12a`."""
    joined: list[Word] = []
    for word in words:
        if joined and joined[-1].text.isdigit() and _NUMBER_AND_LETTER.fullmatch(joined[-1].text + word.text):
            joined[-1] = _word(joined[-1].text + word.text, [joined[-1].text + word.text])
        else:
            joined.append(word)
    return joined


def _alternatives(word: Word) -> str:
    found = [" & ".join(f"'{part}'" for part in spelling) for spelling in word.spellings]
    if word.is_prefix:
        found.insert(0, f"'{word.text}':*")
    return f"({' | '.join(found)})"
