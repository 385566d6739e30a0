"""What the feeds of all areas have in common."""

from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Rss201rev2Feed


class DatedByItems:
    """A mixin before a feed class: an empty feed does not differ from second to second, so that it can be a 304."""

    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        """Return the time of the latest item; that of an empty feed is 1970."""
        latest: datetime = super().latest_post_date()  # type: ignore[misc]
        return latest if self.items else datetime.fromtimestamp(0, UTC)


class RssFeed(DatedByItems, Rss201rev2Feed):
    pass
