"""What can go wrong with messages, a class a rule (see `apps/osm/errors.py`)."""

from apps.osm.errors import BadRequestError, OsmError


class NoTitleError(BadRequestError):
    def __str__(self) -> str:
        return "No title was given"


class NoBodyError(BadRequestError):
    def __str__(self) -> str:
        return "No body was given"


class NoRecipientError(BadRequestError):
    def __str__(self) -> str:
        return "No recipient was given"


class UnknownRecipientError(BadRequestError):
    """Nobody of that name can be written to."""

    def __str__(self) -> str:
        return "Message : recipient: must exist"


class TooManyMessagesError(OsmError):
    """More messages within the hour than the user may send."""

    def __str__(self) -> str:
        return "Rate limit exceeded"
