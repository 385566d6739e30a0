"""Errors of messages, one class per rule (see `apps/osm/errors.py`)."""

from apps.osm.errors import BadRequestError, TooManyRequestsError


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
    """No active user has that name."""

    def __str__(self) -> str:
        return "Message : recipient: must exist"


class TooManyMessagesError(TooManyRequestsError):
    """The user has sent as many messages within the hour as they may."""
