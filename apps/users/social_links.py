"""Links to people's accounts on other sites: which are accepted, and which platform they belong to."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_LINK = 255
MAX_LINKS = 100

_URL = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
_HANDLE = re.compile(r"@([\w.-]+)@((?:[\w-]+\.)+[\w-]+)")

# Keyed by the end of the host name; the longest match counts.
_PLATFORMS = {
    "bsky.app": "bluesky",
    "codeberg.org": "codeberg",
    "discord.com": "discord",
    "discord.gg": "discord",
    "facebook.com": "facebook",
    "flickr.com": "flickr",
    "github.com": "github",
    "gitlab.com": "gitlab",
    "hdyc.neis-one.org": "hdyc",
    "hotosm.org": "hot",
    "instagram.com": "instagram",
    "linkedin.com": "linkedin",
    "line.me": "line",
    "mapillary.com": "mapillary",
    "en.osm.town": "mastodon",
    "mapstodon.space": "mastodon",
    "medium.com": "medium",
    "opengeofiction.net": "ogf",
    "openhistoricalmap.org": "ohm",
    "community.openstreetmap.org": "osm_forum",
    "wiki.openstreetmap.org": "osm_wiki",
    "quora.com": "quora",
    "reddit.com": "reddit",
    "slack.com": "slack",
    "snapchat.com": "snapchat",
    "stackoverflow.com": "stackoverflow",
    "strava.com": "strava",
    "substack.com": "substack",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "threads.com": "threads",
    "threads.net": "threads",
    "tiktok.com": "tiktok",
    "twitch.tv": "twitch",
    "twitter.com": "twitter_x",
    "x.com": "twitter_x",
    "vimeo.com": "vimeo",
    "wa.me": "whatsapp",
    "whatsapp.com": "whatsapp",
    "wikidata.org": "wikidata",
    "wikimedia.org": "wikimedia",
    "wikipedia.org": "wikipedia",
    "wikivoyage.org": "wikivoyage",
    "youtu.be": "youtube",
    "youtube.com": "youtube",
}


def check_link(link: str) -> None:
    """Raise ValidationError unless the link is a web URL or a handle of the form @user@host."""
    if len(link) > LONGEST_LINK:
        raise ValidationError(
            _("A link must not be longer than %(count)s characters."), params={"count": LONGEST_LINK}
        )
    if not _HANDLE.fullmatch(link) and not (_URL.fullmatch(link) and _host(link)):
        raise ValidationError(
            _("%(link)s is not a valid link: links begin with https:// or have the form @user@host."),
            params={"link": link},
        )


def url_of(link: str) -> str:
    """Return the URL of a link, empty if it has none."""
    handle = _HANDLE.fullmatch(link)
    if handle:
        return f"https://{handle[2]}/@{handle[1]}"
    return link if _URL.fullmatch(link) else ""


def label_of(link: str) -> str:
    """Return the link without the parts that most links share."""
    return re.sub(r"^https?://(?:www\.)?|/$", "", link, flags=re.IGNORECASE)


def platform_of(link: str) -> str | None:
    """Return the platform by its name in the API; None for other websites."""
    if _HANDLE.fullmatch(link):
        return "mastodon"
    labels = _host(link).split(".")
    ends = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_PLATFORMS[end] for end in ends if end in _PLATFORMS), None)


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""
