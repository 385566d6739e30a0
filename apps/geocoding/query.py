"""What people type, as words to search for.

A word may be written in several ways: with umlauts or two letters, `12a` or `12 a`, `Landstr` for `Landstrasse`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from apps.features.words import spellings_of, words_of

LONGEST = 300
"""Characters. The rest of a longer query is ignored."""
MOST_WORDS = 12
_PART = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*", re.UNICODE)
_NUMBER_AND_LETTER = re.compile(r"(\d+)([a-z])")
_POSTCODE = re.compile(
    r"\b(?:"
    r"(?i:[a-z]{1,2}\d[a-z\d]?)[ ]?(?i:\d[a-z]{2})"  # SW1A 1AA
    r"|(?i:[a-z]\d[a-z])[ -]?(?i:\d[a-z]\d)"  # K1A 0B1
    r"|\d{4}[ ][A-Z]{2}"  # 1011 AB, but not the beginning of `9490 Vaduz`
    r"|\d{3}[ ]\d{2}"  # 114 55
    r"|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}-\d{3,4}|\d{3}-\d{4}"  # 00-950, 1000-001, 01310-100, 100-0001
    r")\b",
    re.ASCII,
)
"""Postcodes of two parts: in Great Britain, Canada, the Netherlands, Sweden, Poland, Portugal, Brazil, Japan..."""


@dataclass(frozen=True)
class Word:
    """One word of a query. A spelling of several words needs all of them."""

    spellings: tuple[tuple[str, ...], ...]
    is_prefix: bool = False
    """Whether longer words that begin like it match as well: it may not be typed to the end."""
    has_parts: bool = False
    """Whether it is a postcode of two parts, which are words of their own in names."""

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
        return self.has_parts or (len(self.text) >= 4 and self.is_number)

    @property
    def is_of_addresses(self) -> bool:
        """Return whether it may be a house number or a postcode, which many things have that have no name."""
        return self.is_number or self.has_parts

    def matches(self, word: str) -> bool:
        """Return whether it is a folded word of a name."""
        return word in self.texts

    def is_in(self, words: Set[str]) -> bool:
        """Return whether it matches or begins one of the folded words of names."""
        return not self.texts.isdisjoint(words) or (
            self.is_prefix and any(word.startswith(self.text) for word in words)
        )

    def begins(self, word: str) -> bool:
        """Return whether a folded word of a name begins with it, if it may be a beginning."""
        return self.is_prefix and word.startswith(self.text)


def parse(text: str) -> list[Word]:
    """Return the words of a query. The last one may be a beginning."""
    words: list[Word] = []
    end = 0
    text = text[:LONGEST]
    for code in _POSTCODE.finditer(text):
        words += [*_words(text[end : code.start()]), _postcode(code[0])]
        end = code.end()
    words += _words(text[end:])
    words = _joined(words)[:MOST_WORDS]
    if words and not words[-1].is_of_addresses:
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


def postcodes_in(value: str) -> list[str]:
    """Return the postcodes of a tag, folded, each as one word."""
    return ["".join(words_of(code)) for code in value.split(";")]


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


def _words(text: str) -> Iterator[Word]:
    for part in _PART.findall(text):
        folded = list(words_of(part))
        if not folded:
            continue
        if len(folded) > 1:
            # A script without blanks: pairs of characters.
            yield from (Word(((pair,),)) for pair in folded)
        else:
            yield _word(folded[0], dict.fromkeys([folded[0], *spellings_of(part)]))


def _postcode(text: str) -> Word:
    """Return a postcode, which may be written with or without a blank or hyphen."""
    whole = "".join(words_of(text))
    parts = tuple(words_of(text))
    if len(parts) == 1:
        # The second part has three characters wherever the blank may be left out.
        parts = whole[:-3], whole[-3:]
    return Word(((whole,), parts), has_parts=True)


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
        is_code = word.has_parts or (joined and joined[-1].has_parts)
        if (
            joined
            and not is_code
            and joined[-1].text.isdigit()
            and _NUMBER_AND_LETTER.fullmatch(joined[-1].text + word.text)
        ):
            joined[-1] = _word(joined[-1].text + word.text, [joined[-1].text + word.text])
        else:
            joined.append(word)
    return joined


def _alternatives(word: Word) -> str:
    found = [" & ".join(f"'{part}'" for part in spelling) for spelling in word.spellings]
    if word.is_prefix:
        found.insert(0, f"'{word.text}':*")
    return f"({' | '.join(found)})"
