"""What people do on a changeset's discussion: comment, subscribe, and hide comments."""

from contextlib import suppress
from http import HTTPStatus

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.changesets import discussion, querysets
from apps.osm.edit_errors import ChangesetNotClosedError
from apps.osm.errors import (
    AlreadySubscribedError,
    InvalidTextError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
    OsmError,
    TextTooLongError,
    TooManyCommentsError,
)
from apps.users.permissions import EDIT_MAP, denial_reason
from apps.web.access import login_required, moderator_required, session_user
from apps.web.errors import not_found_named
from apps.web.parameters import method_meant

from .changeset import changeset_page

REFUSALS: dict[type[OsmError], tuple[HTTPStatus, Promise]] = {
    NoTextError: (HTTPStatus.BAD_REQUEST, _("Please write something first.")),
    InvalidTextError: (HTTPStatus.BAD_REQUEST, _("The comment contains invalid characters.")),
    TextTooLongError: (HTTPStatus.BAD_REQUEST, _("The comment is too long.")),
    TooManyCommentsError: (
        HTTPStatus.TOO_MANY_REQUESTS,
        _("You have written many comments within the hour. Please wait a while, then send it again."),
    ),
    ChangesetNotClosedError: (
        HTTPStatus.CONFLICT,
        _("The changeset is still open: its discussion begins when it is closed."),
    ),
}


@require_POST
@login_required
def comment(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Post the comment of the page's form; an error is shown there, and the text is kept."""
    try:
        found = querysets.access_changeset(changeset_id)
    except NotFoundError:
        return not_found_named(request, gettext("changeset"), changeset_id)
    user, text = session_user(request), request.POST.get("text", "").replace("\r\n", "\n")
    if denial_reason(user, EDIT_MAP):
        return changeset_page(request, found, draft=text, status=HTTPStatus.FORBIDDEN)
    try:
        written = discussion.comment(user, changeset_id=found.pk, text=text)
    except tuple(REFUSALS) as refusal:
        status, error = REFUSALS[type(refusal)]
        return changeset_page(request, found, draft=text, error=error, status=status)
    return HttpResponseRedirect(f"{reverse('changeset', args=[found.pk])}#c{written.pk}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def subscription(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Asks whether to follow the discussion or to let it go, and does so; what is so already stays so."""
    user = session_user(request)
    try:
        changeset = querysets.access_changeset(changeset_id)
    except NotFoundError:
        raise Http404(changeset_id) from None
    match method_meant(request):
        case "POST":
            with suppress(AlreadySubscribedError):
                discussion.subscribe(user, changeset_id=changeset.pk)
        case "DELETE":
            with suppress(NotSubscribedError):
                discussion.unsubscribe(user, changeset_id=changeset.pk)
        case _:
            context = {"changeset": changeset, "is_followed": querysets.is_followed(changeset, user)}
            return render(request, "changesets/subscription.html", context)
    return HttpResponseRedirect(reverse("changeset", args=[changeset.pk]))


@require_safe
def moved_subscription(request: HttpRequest, changeset_id: int) -> HttpResponse:  # noqa: ARG001
    """`/changeset/1/subscribe` and `/unsubscribe`, as mails of old name the page."""
    return HttpResponsePermanentRedirect(reverse("changeset_subscription", args=[changeset_id]))


@require_POST
@moderator_required
def comment_visibility(request: HttpRequest, comment_id: int, *, visible: bool) -> HttpResponse:
    """Hides a comment, or shows it again."""
    try:
        comment = discussion.set_visibility(session_user(request), comment_id=comment_id, visible=visible)
    except NotFoundError:
        raise Http404(comment_id) from None
    return HttpResponseRedirect(f"{reverse('changeset', args=[comment.changeset_id])}#c{comment.pk}")
