"""What can go wrong, a class a rule. `str(error)` is the text that clients see: it is contract.

OsmError
  NotFoundError              what was asked for does not exist (no text: the answer is empty)
    ObjectNotFoundError      the same where upstream says so in words
  GoneError                  the element is deleted, the account is gone (no text)
  RedactedError              a moderator has taken this version out of sight (no text)
  NotAcceptableError         none of the formats asked for can be had
  BadRequestError            a parameter is missing or wrong, in words
    BadBoundingBoxError
    TooManyNodesError
  OfflineError               the status mode forbids the call
  NotAuthenticatedError      a call that needs a user came without one
  AccessDeniedError          the user may not do this
  TimedOutError              the answer took longer than the API's time-out
  KeptOutError               the account may not use the API now
    BlockedError
    UrgentMessageError
    TermsUnseenError
  NotPermittedError          the token's scope, or its user's role or status, does not allow the call
  PrivateEditsError          the user's edits are not public

Which HTTP status each becomes stands in `apps/api06/errors.py`.
"""


class OsmError(Exception):
    """A rule was broken or a thing is not there; the text is meant for the client."""


class NotFoundError(OsmError):
    """No such thing, and nothing to say about it."""


class ObjectNotFoundError(NotFoundError):
    def __str__(self) -> str:
        return "Object not found"


class GoneError(OsmError):
    """It was there once."""


class RedactedError(OsmError):
    """The version exists, but is not shown (API page, "Version", 403)."""


class NotAcceptableError(OsmError):
    def __init__(self, path: str, formats: list[str]) -> None:
        super().__init__(f"Acceptable formats for {path} are: {', '.join(formats)}")


class BadRequestError(OsmError):
    """A parameter is missing or wrong."""


class BadBoundingBoxError(BadRequestError):
    pass


class TooManyNodesError(BadRequestError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You requested too many nodes (limit is {limit}). Either request a smaller area, or use planet.osm"
        )


class OfflineError(OsmError):
    def __str__(self) -> str:
        return "Database offline for maintenance"


class NotAuthenticatedError(OsmError):
    def __str__(self) -> str:
        return "Couldn't authenticate you"


class AccessDeniedError(OsmError):
    def __str__(self) -> str:
        return "Access denied"


class TimedOutError(OsmError):
    def __str__(self) -> str:
        return "Request timed out"


class KeptOutError(OsmError):
    """The account as such may not use the API now, whatever the token allows."""


class BlockedError(KeptOutError):
    def __str__(self) -> str:
        return "Your access to the API has been blocked. Please log in to the web interface to find out more."


class UrgentMessageError(KeptOutError):
    """A block of no duration, which ends when it has been read."""

    def __str__(self) -> str:
        return (
            "You have an urgent message on the OpenStreetMap website. You need to read the message before you "
            "will be able to save your edits."
        )


class TermsUnseenError(KeptOutError):
    def __str__(self) -> str:
        return (
            "Your access to the API is temporarily suspended. Please log in to the web interface to view the "
            "Contributor Terms. You do not need to agree, but you must view them."
        )


class NotPermittedError(OsmError):
    """The token lacks the scope, or its user the role, the status or the agreement to the terms."""

    def __str__(self) -> str:
        return "You have not permitted the application access to this facility"


class PrivateEditsError(OsmError):
    def __str__(self) -> str:
        return "You must make your edits public to upload new data"
