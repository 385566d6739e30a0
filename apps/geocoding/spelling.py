"""One typing error is forgiven: similar words that do occur, for words that do not.

Two words are similar if they become equal by deleting at most one letter of each. So each known word is stored with the
words that it becomes by deleting a letter, and a lookup compares the same for what was typed. That covers a letter too
many, one too few and a wrong one, and two letters in the wrong order.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from apps.features.models import Feature

from .models import Word as KnownWord
from .query import Word

_SHORTEST, _LONGEST = 4, 24
_MOST = 6
"""Corrections of one word."""
_TABLE = KnownWord._meta.db_table
_NEIGHBOURS = """
ARRAY(
  SELECT DISTINCT left(word, place - 1) || substr(word, place + 1) FROM generate_series(1, length(word)) AS place
)
"""
_MISTYPED = f"word ~ '^[^0-9_]+$' AND length(word) BETWEEN {_SHORTEST} AND {_LONGEST}"

_COUNT = f"""
WITH counted AS MATERIALIZED (
  SELECT word, ndoc FROM ts_stat('SELECT words FROM {Feature._meta.db_table}') WHERE {_MISTYPED}
), gone AS (
  DELETE FROM {_TABLE} AS known WHERE NOT EXISTS (SELECT FROM counted WHERE counted.word = known.word)
)
INSERT INTO {_TABLE} AS known (word, count, neighbours)
SELECT word, ndoc, {_NEIGHBOURS} FROM counted
ON CONFLICT (word) DO UPDATE SET count = excluded.count WHERE known.count <> excluded.count
"""
_ADD = f"""
INSERT INTO {_TABLE} (word, count, neighbours)
SELECT word, 1, {_NEIGHBOURS}
FROM (SELECT DISTINCT unnest(tsvector_to_array(words::tsvector)) AS word FROM unnest(%s::text[]) AS words) AS added
WHERE {_MISTYPED}
ON CONFLICT (word) DO NOTHING
"""
_SIMILAR = f"""
SELECT word, count FROM {_TABLE}
WHERE neighbours && %(neighbours)s::text[] OR word = ANY(%(neighbours)s::text[])
ORDER BY count DESC LIMIT 200
"""


def count_all() -> None:
    """Bring the known words in step with all features. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)


def add(vectors: Sequence[str]) -> None:
    """Add the words of new or changed features, from their vectors as text. Words that are gone stay until all are counted."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(vectors)])


def corrections(words: Iterable[Word]) -> list[dict[str, list[str]]]:
    """Return similar words, in the order to try them: for the words that do not occur, then for all. One statement a word.

    A word with an error may be another word that occurs.
    """
    unknown: dict[str, list[str]] = {}
    known: dict[str, list[str]] = {}
    for word in words:
        text = word.text
        if word.is_of_addresses or not _SHORTEST <= len(text) <= _LONGEST:
            continue
        is_known, similar = _similar(text)
        if similar:
            (known if is_known else unknown)[text] = [text, *similar] if is_known else similar
    found = [unknown, unknown | known] if known else [unknown]
    return [correction for correction in found if correction]


def _similar(text: str) -> tuple[bool, list[str]]:
    """Return whether a word occurs, and those with one error to it: with the same beginning and in many features first."""
    neighbours = [text, *dict.fromkeys(text[:place] + text[place + 1 :] for place in range(len(text)))]
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR, {"neighbours": neighbours})
        rows = cursor.fetchall()
    near = [(word, count) for word, count in rows if is_one_error(text, word)]
    near.sort(key=lambda row: (row[0][0] != text[0], -row[1]))
    return any(word == text for word, _ in rows), [word for word, _ in near[:_MOST]]


def is_one_error(one: str, other: str) -> bool:
    """Return whether two words differ by one letter that is wrong, missing or superfluous, or by two exchanged ones."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, others = one[start:], other[start:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    )
