"""What people do on a changeset's discussion: comment, subscribe, and hide comments."""

from contextlib import suppress

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.changesets import discussion, querysets
from apps.osm.errors import (
    AlreadySubscribedError,
    NotFoundError,
    NotSubscribedError,
)
from apps.users.permissions import EDIT_MAP, denial_reason
from apps.web.access import login_required, moderator_required, session_user
from apps.web.parameters import method_meant
from apps.web.refusals import REFUSED, refusal_of, with_retry_after

from .changeset import changeset_page, not_found


@require_POST
@login_required
def comment(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Post the comment of the page's form; an error is shown there, and the text is kept."""
    try:
        found = querysets.access_changeset(changeset_id)
    except NotFoundError:
        return not_found(request, changeset_id)
    user, text = session_user(request), request.POST.get("text", "").replace("\r\n", "\n")
    if reason := denial_reason(user, EDIT_MAP):
        return changeset_page(request, found, draft=text, status=refusal_of(reason).status)
    try:
        written = discussion.comment(user, changeset_id=found.pk, text=text)
    except REFUSED as error:
        status, words = refusal_of(error)
        return with_retry_after(changeset_page(request, found, draft=text, error=words, status=status), error)
    return HttpResponseRedirect(f"{reverse('changeset', args=[found.pk])}#c{written.pk}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def subscription(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Ask whether to subscribe to the discussion or to unsubscribe; POST and DELETE do it, and may be repeated."""
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
    """Redirect `/changeset/1/subscribe` and `/unsubscribe`, which older mails link to."""
    return HttpResponsePermanentRedirect(reverse("changeset_subscription", args=[changeset_id]))


@require_POST
@moderator_required
def comment_visibility(request: HttpRequest, comment_id: int, *, visible: bool) -> HttpResponse:
    """Hide a comment, or show it again."""
    try:
        comment = discussion.set_visibility(session_user(request), comment_id=comment_id, visible=visible)
    except NotFoundError:
        raise Http404(comment_id) from None
    return HttpResponseRedirect(f"{reverse('changeset', args=[comment.changeset_id])}#c{comment.pk}")
