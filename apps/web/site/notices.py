"""Pages of notices."""

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

from .notice_topics import topics_of


@never_cache
@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the user's notices, newest first."""
    before, after = cursor(request)
    page = page_of(notices.notices_of(session_user(request).pk), before=before, after=after)
    topics = topics_of(page.rows)
    rows = [(notice, topics.get(notice.pk)) for notice in page.rows]
    return render(request, "site/notices.html", {"page": page, "rows": rows})


@never_cache
@require_GET
@login_required
def follow(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Redirect to what a notice is about, and mark it as read unless the database is read-only."""
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
    """Mark one of the user's notices as read, or all of them."""
    notices.mark_read(session_user(request).pk, notice_id=notice_id)
    return HttpResponseRedirect(reverse("notices"))


@require_safe
def moved(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Redirect `/notifications`, the path at openstreetmap.org."""
    return HttpResponsePermanentRedirect(reverse("notices"))
