"""The kind of feature that tags describe, in the reader's language: `amenity=cafe` is "Cafe".

Reads the presets of id-tagging-schema, which npm fetches. Without them features have no kind, only a name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

# Lines that presets for areas of the same key would make areas: roundabouts are closed ways.
_CLOSED_LINES = {"junction": {"circular", "roundabout"}}


@dataclass(frozen=True)
class Preset:
    name: str
    tags: Mapping[str, str]
    extra_tags: Mapping[str, str]
    geometry: frozenset[str]
    score: float

    def match(self, tags: Mapping[str, str]) -> float:
        """Return how well the tags match: 0 for not at all, more for more and rarer tags that match."""
        total = 0.0
        for key, value in self.tags.items():
            if tags.get(key) == value:
                total += self.score
            elif value == "*" and key in tags:
                total += self.score / 2
            else:
                return 0.0
        return total + sum(
            self.score / 10 for key, value in self.extra_tags.items() if tags.get(key) == value
        )


def kind_of(tags: Mapping[str, str], geometries: frozenset[str], language: str) -> str | None:
    """Return the name of the preset that matches the tags best, among those for one of the geometries.

    These are `point`, `vertex`, `line`, `area` and `relation`. None if no preset matches.
    """
    best: Preset | None = None
    best_score = 0.0
    index = _presets_by_key()
    for key in tags:
        for preset in index.get(key, ()):
            if preset.geometry & geometries:
                score = preset.match(tags)
                if score > best_score:
                    best, best_score = preset, score
    return _translated(best.name, language) if best else None


def is_known(key: str, value: str | None = None) -> bool:
    """Return whether the schema documents the key (or this value of it), and so the wiki very likely does."""
    keys, values = _documented()
    return key in keys if value is None else (key, value) in values


def is_area(tags: Mapping[str, str]) -> bool:
    """Return whether a closed way with these tags is an area rather than a closed line.

    The map applies the same rule to the same table (`isArea` in `static/js/classes.js`).
    """
    if tags.get("area") in {"yes", "no"}:
        return tags["area"] == "yes"
    line_values = area_keys()
    return any(key in line_values and value not in line_values[key] for key, value in tags.items())


@lru_cache(maxsize=1)
def area_keys() -> dict[str, list[str]]:
    """Return the keys of features that can be areas, each with the values that are lines even if they close."""
    areas: dict[str, set[str]] = {}
    presets = [preset for group in _presets_by_key().values() for preset in group]
    for preset in presets:
        key = next(iter(preset.tags))
        if "area" in preset.geometry and key not in {"highway", "barrier", "footway", "railway", "type"}:
            areas.setdefault(key, set(_CLOSED_LINES.get(key, ())))
    for preset in presets:
        key, value = next(iter(preset.tags.items()))
        if key in areas and "line" in preset.geometry and "area" not in preset.geometry and value != "*":
            areas[key].add(value)
    return {key: sorted(values) for key, values in areas.items()}


def _read(name: str) -> Any:
    path = Path(settings.TAGGING_SCHEMA_DIR) / name
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _presets_by_key() -> dict[str, list[Preset]]:
    """Return the presets by the first key of their tags, without those for single countries."""
    index: dict[str, list[Preset]] = {}
    for name, data in _read("presets.min.json").items():
        if not data.get("tags") or "locationSet" in data or data.get("replacement"):
            continue
        preset = Preset(
            name=name,
            tags=data["tags"],
            extra_tags={k: v for k, v in data.get("addTags", {}).items() if k not in data["tags"]},
            geometry=frozenset(data.get("geometry", [])),
            score=data.get("matchScore", 1.0),
        )
        index.setdefault(next(iter(preset.tags)), []).append(preset)
    return index


@lru_cache(maxsize=1)
def _documented() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    tags = _read("taginfo.min.json").get("tags", []) if settings.TAGGING_SCHEMA_DIR else []
    keys = {tag["key"] for tag in tags}
    return frozenset(keys), frozenset((tag["key"], tag["value"]) for tag in tags if "value" in tag)


def terms_in(language: str) -> Iterator[tuple[Mapping[str, str], str, list[str]]]:
    """Yield the tags of each preset with its name and its further terms in the language or its base language."""
    for tongue in dict.fromkeys([language, language.partition("-")[0]]):
        presets = (
            _read(f"translations/{tongue}.min.json").get(tongue, {}).get("presets", {}).get("presets", {})
        )
        for group in _presets_by_key().values():
            for preset in group:
                if "name" in (data := presets.get(preset.name, {})):
                    terms = data.get("terms", [])
                    yield preset.tags, data["name"], terms if isinstance(terms, list) else terms.split(",")


@lru_cache(maxsize=80)
def _names(language: str) -> dict[str, str]:
    translated = _read(f"translations/{language}.min.json").get(language, {})
    presets = translated.get("presets", {}).get("presets", {})
    return {name: data["name"] for name, data in presets.items() if "name" in data}


def _translated(preset: str, language: str, depth: int = 3) -> str | None:
    """Return the preset's name in the language, its base language or English."""
    for tongue in dict.fromkeys([language, language.partition("-")[0], "en"]):
        name = _names(tongue).get(preset)
        if name and name.startswith("{") and name.endswith("}") and depth:
            return _translated(name[1:-1], language, depth - 1)
        if name:
            return name
    reference = _read_names().get(preset, "")
    return _translated(reference[1:-1], language, depth - 1) if reference and depth else None


@lru_cache(maxsize=1)
def _read_names() -> dict[str, str]:
    """Return the schema's own names of presets; some refer to another preset, `{highway/crossing/marked}`."""
    return {name: data["name"] for name, data in _read("presets.min.json").items() if "name" in data}
