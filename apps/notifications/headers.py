"""The headers by which mail programs group and filter mails (upstream behaviour 2.15.1)."""

from urllib.parse import urlsplit

from django.conf import settings


def discussion_headers(url: str, thread: str | None, subscription_url: str) -> dict[str, str]:
    """Return the headers of a mail about a discussion (`thread`, such as "note-1"), or about something else."""
    headers: dict[str, str] = {}
    if thread:
        host = urlsplit(settings.PUBLIC_URL).hostname
        kind, _, object_id = thread.partition("-")
        root = f"<osm-{thread}@{host}>"
        headers |= {"In-Reply-To": root, "References": root, "X-Entity-Ref-ID": root}
        headers |= {"List-ID": f"<{object_id}.{kind}.{host}>", "List-Archive": f"<{url.partition('#')[0]}>"}
    if subscription_url:
        headers |= {"List-Subscribe": f"<{subscription_url}>", "List-Unsubscribe": f"<{subscription_url}>"}
    return headers
