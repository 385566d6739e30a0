"""What search and reverse search return."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.elements.names import name_in

from .reading import Thing
from .surroundings import Address, Surroundings, address_of


@dataclass(frozen=True)
class Result:
    thing: Thing
    around: Surroundings
    score: float
    languages: Sequence[str] = ()
    is_named: bool = True
    """Whether its own name is searched for, rather than only where it is."""
    postcode: str | None = None
    """The postcode that was searched for, if the result is the place that it belongs to."""

    @property
    def name(self) -> str | None:
        """Its own name in the reader's language, or what identifies it instead."""
        tags = self.thing.tags
        return name_in(tags, self.languages) or tags.get("ref") or tags.get("addr:housename")

    @property
    def address(self) -> Address:
        return address_of(self.thing, self.around, self.languages)

    @property
    def display_name(self) -> str:
        """Its name and address in one line."""
        return self.address.text(self.name)
