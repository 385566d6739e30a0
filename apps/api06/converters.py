"""The variable parts of API URLs."""

from apps.osm.elements import MAX_ID


class OsmId:
    """An id or a version: digits only, at most a bigint. Other URLs do not match."""

    regex = "[0-9]+"

    def to_python(self, value: str) -> int:
        number = int(value) if len(value) < 20 else MAX_ID + 1
        if number > MAX_ID:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)


class Suffix:
    """`.xml`, `.json` or nothing at the end of a URL."""

    regex = r"(?:\.(?:xml|json))?"

    def to_python(self, value: str) -> str | None:
        return value[1:] or None

    def to_url(self, value: str | None) -> str:
        return f".{value}" if value else ""


class NoteSuffix(Suffix):
    """The suffixes of notes: two more formats."""

    regex = r"(?:\.(?:xml|json|rss|gpx))?"
