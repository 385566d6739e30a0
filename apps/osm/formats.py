"""The formats in which the API describes things."""

from enum import Enum


class Format(Enum):
    """XML or JSON. The values are the suffixes of URLs."""

    XML = "xml"
    JSON = "json"
