"""What can go wrong with traces, one class per rule (see `apps/osm/errors.py`)."""

from apps.osm.errors import BadRequestError, OfflineError, TooLargeError


class GpxOfflineError(OfflineError):
    def __str__(self) -> str:
        return "GPX files offline for maintenance"


class InvalidTraceError(BadRequestError):
    """The details of a trace are invalid; `field` names the one that is, `problem` says why."""

    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem
        super().__init__(f"Trace : {field}: {problem}")


class TraceTooLargeError(TooLargeError):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is larger than {limit} bytes")


class BadTraceError(Exception):
    """The file cannot be imported. The text tells its owner why."""

    def inside(self, name: str) -> "BadTraceError":
        """Return the error as one in a file of an archive, whose name is empty for what is in none."""
        return BadTraceError(f"{name}: {self}") if name else self


class NotGpxError(BadTraceError):
    """A document is not GPX. In an archive it is passed over."""
