"""The status mode, and what it means for the services of the site (upstream behaviour 1.5.5)."""

from typing import NamedTuple

from django.conf import settings

ONLINE, READONLY, OFFLINE = "online", "readonly", "offline"


class ServiceStatus(NamedTuple):
    """The state of each part, and so what can be done with it."""

    database: str
    api: str
    gpx: str


STATUS_MODES = {
    "online": ServiceStatus(ONLINE, ONLINE, ONLINE),
    "api_readonly": ServiceStatus(ONLINE, READONLY, ONLINE),
    "api_offline": ServiceStatus(ONLINE, OFFLINE, ONLINE),
    "database_readonly": ServiceStatus(READONLY, READONLY, READONLY),
    "database_offline": ServiceStatus(OFFLINE, OFFLINE, OFFLINE),
    "gpx_offline": ServiceStatus(ONLINE, ONLINE, OFFLINE),
}


def service_status() -> ServiceStatus:
    """The state of the parts in the mode of now."""
    return STATUS_MODES[settings.STATUS]
