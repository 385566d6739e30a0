"""The attributes of the layer `pois`."""

from collections.abc import Iterator
from itertools import chain

from . import kinds
from .subjects import Subject, Value, address, names

_TEXT, _BOOLEAN = "String", "Boolean"
_FOOD = {"restaurant", "fast_food", "pub", "bar", "cafe"}
# Attributes by the tags of the features that have them.
_MORE_OF_POIS: dict[tuple[str, str], tuple[str, ...]] = {
    **{("amenity", value): ("cuisine",) for value in _FOOD},
    ("leisure", "pitch"): ("sport",),
    ("leisure", "sports_centre"): ("sport",),
    ("amenity", "vending_machine"): ("vending",),
    ("tourism", "information"): ("information",),
    ("man_made", "tower"): ("tower:type",),
    ("amenity", "place_of_worship"): ("religion", "denomination"),
}
_YES_OF_POIS = {
    ("amenity", "recycling"): tuple(
        f"recycling:{kind}" for kind in ("glass_bottles", "paper", "clothes", "scrap_metal")
    ),
    ("amenity", "bank"): ("atm",),
}
FIELDS = {
    **dict.fromkeys(kinds.POIS, _TEXT),
    **dict.fromkeys(("name", "name_en", "name_de", "housename", "housenumber"), _TEXT),
    **dict.fromkeys(chain.from_iterable(_MORE_OF_POIS.values()), _TEXT),
    **dict.fromkeys(chain.from_iterable(_YES_OF_POIS.values()), _BOOLEAN),
}


def attributes(subject: Subject, _kind: str, _zoom: int) -> Iterator[tuple[str, Value]]:
    """Yield the attributes of a point of interest."""
    tags = subject.tags
    for key, values in kinds.POIS.items():
        if (value := tags.get(key, "")) in values:
            yield key, value
            for more in _MORE_OF_POIS.get((key, value), ()):
                if more in tags:
                    yield more, tags[more]
            for more in _YES_OF_POIS.get((key, value), ()):
                yield more, tags.get(more) == "yes"
    yield from names(tags)
    yield from address(tags)
