"""The formats of API responses."""

from enum import Enum


class Format(Enum):
    """XML or JSON. The values are the suffixes of URLs."""

    XML = "xml"
    JSON = "json"
