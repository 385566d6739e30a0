"""Names of elements in the reader's languages."""

from collections.abc import Iterable, Mapping


def name_in(tags: Mapping[str, str], languages: Iterable[str]) -> str | None:
    """Return the name in the first of the languages that has one (`name:de-at`, then `name:de`), else `name`."""
    for language in languages:
        for tongue in dict.fromkeys([language, language.partition("-")[0]]):
            if name := tags.get(f"name:{tongue}"):
                return name
    return tags.get("name") or None
