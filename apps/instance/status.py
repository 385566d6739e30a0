"""The status mode, and what it means for the services of the site (upstream behaviour 1.5.5)."""

from typing import NamedTuple

from django.conf import settings

ONLINE, READONLY, OFFLINE = "online", "readonly", "offline"


class Parts(NamedTuple):
    """The state of each part, and so what can be done with it."""

    database: str
    api: str
    gpx: str


PARTS = {
    "online": Parts(ONLINE, ONLINE, ONLINE),
    "api_readonly": Parts(ONLINE, READONLY, ONLINE),
    "api_offline": Parts(ONLINE, OFFLINE, ONLINE),
    "database_readonly": Parts(READONLY, READONLY, READONLY),
    "database_offline": Parts(OFFLINE, OFFLINE, OFFLINE),
    "gpx_offline": Parts(ONLINE, ONLINE, OFFLINE),
}


def parts() -> Parts:
    """The state of the parts in the mode of now."""
    return PARTS[settings.STATUS]
