"""What pages say when a rule is broken: the one table from error classes to a status and to words for people.

The API has a table and texts of its own, because editors match them (`apps/api06/errors.py`).
"""

from http import HTTPStatus
from typing import NamedTuple

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.messaging.errors import NoBodyError, NoTitleError, TooManyMessagesError, UnknownRecipientError
from apps.notes.errors import NoteClosedError, NoteHiddenError, NoteOpenError, OutsideWorldError, ZoneError
from apps.osm import errors
from apps.osm.edit_errors import ChangesetNotClosedError
from apps.users.errors import TooManyFollowsError


class Refusal(NamedTuple):
    """The status of the response, and the words."""

    status: HTTPStatus
    words: Promise


REFUSALS: dict[type[errors.OsmError], Refusal] = {
    errors.NoTextError: Refusal(HTTPStatus.BAD_REQUEST, _("Please enter some text.")),
    errors.InvalidTextError: Refusal(HTTPStatus.BAD_REQUEST, _("The text contains invalid characters.")),
    errors.TextTooLongError: Refusal(HTTPStatus.BAD_REQUEST, _("The text is too long.")),
    errors.TooManyRequestsError: Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("You have done this many times recently. Please wait a while and try again."),
    ),
    errors.TooManyCommentsError: Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("You have posted many comments in the last hour. Please wait a while and try again."),
    ),
    ChangesetNotClosedError: Refusal(
        HTTPStatus.CONFLICT, _("This changeset is still open. You can comment once it is closed.")
    ),
    errors.AccountRefusedError: Refusal(
        HTTPStatus.FORBIDDEN, _("Your account is blocked, so you cannot do this right now.")
    ),
    errors.TermsUnseenError: Refusal(
        HTTPStatus.FORBIDDEN,
        _("Please read the contributor terms first. You will find them in your account."),
    ),
    errors.TermsNotAgreedError: Refusal(
        HTTPStatus.FORBIDDEN, _("You have not agreed to the contributor terms, so you cannot do this.")
    ),
    errors.PrivateEditsError: Refusal(
        HTTPStatus.FORBIDDEN, _("Your edits are not public, so you cannot do this.")
    ),
    errors.NotPermittedError: Refusal(HTTPStatus.FORBIDDEN, _("You are not allowed to do this.")),
    errors.OfflineError: Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("The server is down for maintenance: nothing can be saved at the moment."),
    ),
    OutsideWorldError: Refusal(HTTPStatus.BAD_REQUEST, _("This position is not on Earth.")),
    ZoneError: Refusal(
        HTTPStatus.FORBIDDEN,
        _("This area is protected by moderators. Please log in to add a note here."),
    ),
    NoteClosedError: Refusal(HTTPStatus.CONFLICT, _("Someone else has resolved this note in the meantime.")),
    NoteOpenError: Refusal(HTTPStatus.CONFLICT, _("Someone else has reactivated this note in the meantime.")),
    NoteHiddenError: Refusal(HTTPStatus.CONFLICT, _("A moderator has hidden this note in the meantime.")),
    NoTitleError: Refusal(HTTPStatus.BAD_REQUEST, _("Please enter a subject.")),
    NoBodyError: Refusal(HTTPStatus.BAD_REQUEST, _("Please enter a message.")),
    UnknownRecipientError: Refusal(HTTPStatus.NOT_FOUND, _("This user cannot receive messages any more.")),
    TooManyFollowsError: Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _(
            "You have followed a lot of people recently. Please wait a while before trying to follow any more."
        ),
    ),
    TooManyMessagesError: Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("You have sent a lot of messages recently. Please wait a while before sending more."),
    ),
}
REFUSED = tuple(REFUSALS)
"""The classes that a view catches: `except REFUSED as error`."""


def refusal_of(error: errors.OsmError) -> Refusal:
    """Return the entry of the nearest class with one."""
    return next(REFUSALS[rule] for rule in type(error).__mro__ if rule in REFUSALS)


def with_retry_after(response: HttpResponse, error: Exception) -> HttpResponse:
    """Return the response, with the seconds to wait if the error is that of a rate limit."""
    seconds = getattr(error, "retry_after", None)
    if seconds is not None:
        response["Retry-After"] = str(seconds)
    return response


def denial_message(reason: errors.OsmError | None) -> Promise | None:
    """Return the words for what `permissions.denial_reason` returned; None if nothing is denied."""
    return refusal_of(reason).words if reason else None
