"""The status mode that the operator sets, and what it means for the database, the API and traces
(upstream behaviour 1.5.5)."""

from typing import NamedTuple

from django.conf import settings

ONLINE, READONLY, OFFLINE = "online", "readonly", "offline"


class ServiceStatus(NamedTuple):
    """The status of each service: online, readonly or offline."""

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
    """Return the status of the services in the current mode."""
    return STATUS_MODES[settings.STATUS]
