"""What can go wrong, one class per rule. `str(error)` is the text that API clients see and match.

OsmError
  NotFoundError              the thing asked for does not exist (no text: the response body is empty)
    ObjectNotFoundError      the same, where upstream responds with a text
    NotSubscribedError
  GoneError                  the element or the account is deleted (no text)
  RedactedError              a moderator has redacted this version (no text)
  NotAcceptableError         none of the requested formats is available
  BadRequestError            a parameter or a document is missing or wrong, with a text that says how
    BadBoundingBoxError
    TooManyNodesError
    NoTextError, InvalidTextError, TextTooShortError, TextTooLongError  a text is missing, or cannot be stored
    CannotRedactError        the current version of an element cannot be redacted
  UnsupportedEncodingError   the request body is compressed with an unknown method
  ConflictError              the client's view of the data is out of date
    AlreadySubscribedError
  PreconditionError          the change would break a reference
  TooLargeError              the changeset's bbox or the document is too large
    TooManyPreferencesError
  DuplicatePreferencesError  one key twice (406, the API page)
  TooManyRequestsError       a rate limit is exceeded; it knows when to try again
    TooManyChangesError      the user's rate limit for changes
    TooManyCommentsError     the user's rate limit for comments
  OfflineError               the service status forbids the call
  NotAuthenticatedError      the call needs a user, and came without one
  AccessDeniedError          the user may not do this
  TimedOutError              the call took longer than the API's timeout
  AccountRefusedError        the account may not use the API now
    BlockedError
    UrgentMessageError
    TermsUnseenError
  NotPermittedError          the token's scope, or its user's role, status or terms, does not allow the call
    NotActiveError
    TermsNotAgreedError
    RoleMissingError
  PrivateEditsError          the user's edits are not public

The rules of editing are in `edit_errors.py`, and those of notes, traces and messages in the `errors.py` of these apps,
all of them below the classes of this module. `apps/api06/errors.py` maps the classes to HTTP statuses.
"""


class OsmError(Exception):
    """A rule was broken, or something does not exist; the text is meant for the client."""


class NotFoundError(OsmError):
    """There is no such thing, and the response says no more about it."""


class ObjectNotFoundError(NotFoundError):
    def __str__(self) -> str:
        return "Object not found"


class NotSubscribedError(NotFoundError):
    def __init__(self, kind: str, id_: int) -> None:
        super().__init__(f"You are not subscribed to {kind} {id_}.")


class GoneError(OsmError):
    """It existed once, and is deleted."""


class RedactedError(OsmError):
    """The version exists, but a moderator has redacted it (API page, "Version", 403)."""


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


class CannotRedactError(BadRequestError):
    def __str__(self) -> str:
        return "Cannot redact current version of element, only historical versions may be redacted."


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


class NoTextError(BadRequestError):
    def __str__(self) -> str:
        return "No text was given"


class InvalidTextError(BadRequestError):
    """A text contains control characters; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(f"{model} : {field}: contains invalid characters")


class TextTooShortError(BadRequestError):
    """A required text is empty; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str, limit: int) -> None:
        super().__init__(f"{model} : {field}: is too short (minimum is {limit} character)")


class TextTooLongError(BadRequestError):
    """A text is too long; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str, limit: int) -> None:
        super().__init__(f"{model} : {field}: is too long (maximum is {limit} characters)")


class UnsupportedEncodingError(OsmError):
    def __str__(self) -> str:
        return "Supported Content-Encodings include 'gzip' and 'deflate'"


class ConflictError(OsmError):
    """The client's view of the data is out of date."""


class AlreadySubscribedError(ConflictError):
    def __init__(self, kind: str, id_: int) -> None:
        super().__init__(f"You are already subscribed to {kind} {id_}.")


class PreconditionError(OsmError):
    def __init__(self, detail: str) -> None:
        super().__init__(f"Precondition failed: {detail}")


class TooLargeError(OsmError):
    """The changeset's bbox or the document is larger than allowed."""


class DuplicatePreferencesError(OsmError):
    def __init__(self, key: str) -> None:
        super().__init__(f"Duplicate preferences with key {key}")


class TooManyPreferencesError(TooLargeError):
    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"You tried to store {count} preferences, however only {limit} are allowed at once")


class TooManyRequestsError(OsmError):
    """More of something within a period than a limit allows; `retry_after` is the number of seconds to wait."""

    def __init__(self, retry_after: int = 3600) -> None:
        super().__init__()
        self.retry_after = retry_after

    def __str__(self) -> str:
        return "Rate limit exceeded"


class TooManyChangesError(TooManyRequestsError):
    """More changes within an hour than the user may make."""

    def __init__(self, text: str, retry_after: int = 3600) -> None:
        super().__init__(retry_after)
        self.text = text

    def __str__(self) -> str:
        return self.text


class TooManyCommentsError(TooManyRequestsError):
    """More comments within an hour than the user may write."""


class AccountRefusedError(OsmError):
    """The account may not use the API now, whatever the token allows."""


class BlockedError(AccountRefusedError):
    def __str__(self) -> str:
        return "Your access to the API has been blocked. Please log in to the web interface to find out more."


class UrgentMessageError(AccountRefusedError):
    """A block without a duration, which ends when the user has read it."""

    def __str__(self) -> str:
        return (
            "You have an urgent message on the OpenStreetMap website. You need to read the message before you "
            "will be able to save your edits."
        )


class TermsUnseenError(AccountRefusedError):
    def __str__(self) -> str:
        return (
            "Your access to the API is temporarily suspended. Please log in to the web interface to view the "
            "Contributor Terms. You do not need to agree, but you must view them."
        )


class NotPermittedError(OsmError):
    """The token lacks the scope, or its user the role, the status or the consent to the terms."""

    def __str__(self) -> str:
        return "You have not permitted the application access to this facility"


class NotActiveError(NotPermittedError):
    """The account is not active: pending, suspended or deleted."""


class TermsNotAgreedError(NotPermittedError):
    """The user has read the contributor terms and declined them."""


class RoleMissingError(NotPermittedError):
    """The user does not have the required role."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self.name, self.role = name, role


class PrivateEditsError(OsmError):
    def __str__(self) -> str:
        return "You must make your edits public to upload new data"
