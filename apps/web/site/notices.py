"""What happened that the reader wants to know of."""

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
from django.views.decorators.http import require_GET, require_POST, require_safe

from apps.instance.status import ONLINE, service_status
from apps.notifications import notices
from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.web.access import login_required, session_user
from apps.web.paging import cursor, page_of


@never_cache
@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """One's notices, newest first."""
    before, after = cursor(request)
    page = page_of(notices.notices_of(session_user(request).pk), before=before, after=after)
    return render(request, "site/notices.html", {"page": page})


@never_cache
@require_GET
@login_required
def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """To what a notice tells of; it is read from then on, unless nothing can be written at the moment."""
    user = session_user(request)
    try:
        notice = notices.access_notice(user.pk, min(notice_id, MAX_ID))
    except NotFoundError:
        raise Http404(notice_id) from None
    if service_status().database == ONLINE:
        notices.mark_read(user.pk, notice_id=notice.pk)
    return HttpResponseRedirect(notice.address)


@require_POST
@login_required
def mark_read(request: HttpRequest, notice_id: int | None = None) -> HttpResponse:
    """One's notice is read, or all of them are."""
    notices.mark_read(session_user(request).pk, notice_id=notice_id)
    return HttpResponseRedirect(reverse("notices"))


@require_safe
def moved(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """`/notifications`, as openstreetmap.org has it."""
    return HttpResponsePermanentRedirect(reverse("notices"))
