"""What the feeds of all areas have in common."""

from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed

from apps.text.direction import without_direction_controls


class DatedByItems:
    """A mixin before a feed class: an empty feed does not differ from second to second, so that it can be a 304.

    No title turns the direction of the texts around it.
    """

    items: list[dict[str, Any]]

    def __init__(self, title: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(without_direction_controls(title), *args, **kwargs)  # type: ignore[call-arg]

    def add_item(self, title: str, *args: Any, **kwargs: Any) -> None:
        super().add_item(without_direction_controls(title), *args, **kwargs)  # type: ignore[misc]

    def latest_post_date(self) -> datetime:
        """Return the time of the latest item; that of an empty feed is 1970."""
        latest: datetime = super().latest_post_date()  # type: ignore[misc]
        return latest if self.items else datetime.fromtimestamp(0, UTC)


class RssFeed(DatedByItems, Rss201rev2Feed):
    pass
