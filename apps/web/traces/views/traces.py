"""Lists of traces, the page of a trace, and forms to upload, edit and delete (upstream behaviour 2.7)."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.osm.errors import (
    AccessDeniedError,
    AccountRefusedError,
    NotFoundError,
    NotPermittedError,
    TooManyRequestsError,
)
from apps.osm.utf8 import was_utf8
from apps.traces import actions, querysets
from apps.traces.errors import InvalidTraceError, TraceTooLargeError
from apps.traces.models import Trace
from apps.traces.querysets import access_own_trace, access_trace
from apps.traces.uploads import UnnamedFileHandler, check_length
from apps.users.models import User
from apps.users.permissions import ACCOUNT, denial_reason
from apps.users.querysets import access_mapper
from apps.web.access import is_administrator, is_moderator, login_required, session_user, viewer_of
from apps.web.csrf import csrf_protect
from apps.web.errors import no_such_user
from apps.web.paging import cursor, page_of
from apps.web.parameters import method_meant
from apps.web.refusals import denial_message, with_retry_after

from ..access import is_offline, needs_storage
from ..forms import TraceForm, UploadForm

MANY_WAITING = 4
"""With more traces waiting than this, their owner is asked to be patient."""


REFUSALS = (InvalidTraceError, TraceTooLargeError)
DENIALS = (AccountRefusedError, NotPermittedError)
"""Why the user may not upload or change traces now, for example because of a block."""


# Exempt so that nothing reads the form before the upload handler is set; `_create` checks the token.
@csrf_exempt
@vary_on_headers("HX-Request")
def traces(request: HttpRequest, tag: str | None = None) -> HttpResponse:
    """List everyone's traces; POST uploads one."""
    if request.method != "POST" or tag is not None:
        return _list(request, tag=tag)
    try:
        check_length(request.META.get("CONTENT_LENGTH"))
        request.upload_handlers = [UnnamedFileHandler(request)]
        return _create(request)
    except TraceTooLargeError:
        messages.error(request, _("The file is too large."))
        return _leave(request, reverse("new_trace"))


@require_safe
def user_traces(request: HttpRequest, display_name: str, tag: str | None = None) -> HttpResponse:
    """List a user's traces: all of them to the owner, the public ones to others."""
    try:
        owner = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    return _list(request, owner=owner, tag=tag)


@require_safe
def _list(request: HttpRequest, *, owner: User | None = None, tag: str | None = None) -> HttpResponse:
    """Render a page of a list; with `list` the rows only, which the page asks for while traces are being processed."""
    viewer = viewer_of(request)
    before, after = cursor(request)
    page = page_of(querysets.listed_traces(viewer, owner=owner, tag=tag), before=before, after=after)
    position = {"before": before, "after": after}
    context = {
        "page": page,
        "list_user": owner,
        "tag": tag,
        "unfinished": [
            trace for trace in page.rows if trace.user_id == request.user.pk and trace.is_unfinished
        ],
        "poll_query": urlencode({"list": 1} | {k: v for k, v in position.items() if v is not None}),
        "shows_images": not is_offline(),
        "feed_address": feed_address(owner, tag),
    }
    return render(request, "traces/rows.html" if "list" in request.GET else "traces/list.html", context)


def feed_address(owner: User | None, tag: str | None) -> str:
    """Return the URL of the same list as a feed."""
    name = ("user_" if owner else "") + ("tagged_" if tag else "") + "traces_feed"
    return reverse(name, args=[*([owner.display_name] if owner else []), *([tag] if tag else [])])


@require_safe
@login_required
def mine(request: HttpRequest, tag: str | None = None) -> HttpResponse:
    """Redirect to the user's own list."""
    name = session_user(request).display_name
    address = reverse("user_tagged_traces", args=[name, tag]) if tag else reverse("user_traces", args=[name])
    return HttpResponseRedirect(address)


@never_cache
@require_safe
@login_required
@needs_storage
def new(request: HttpRequest) -> HttpResponse:
    """Show the upload form, or why the user may not upload."""
    user = session_user(request)
    denial = denial_message(denial_reason(user, ACCOUNT))
    if denial:
        return render(request, "traces/new.html", {"denial_message": denial})
    visibility = querysets.default_visibility(user)
    return _upload_form(request, UploadForm(initial={"visibility": visibility}))


def _upload_form(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "most_bytes": settings.MAX_TRACE_UPLOAD_SIZE}
    return render(request, "traces/new.html", context, status=status)


@login_required
@needs_storage
@csrf_protect
def _create(request: HttpRequest) -> HttpResponse:
    user = session_user(request)
    if not was_utf8(request.POST.lists()):
        raise BadRequest("not UTF-8")
    form, status = UploadForm(request.POST, request.FILES), 400
    if form.is_valid():
        try:
            actions.upload(user, **form.cleaned_data)
        except REFUSALS as error:
            form.refuse(error)
        except DENIALS as error:
            form.refuse(error)
            status = 403
        except TooManyRequestsError as error:
            form.refuse(error)
            return with_retry_after(_upload_form(request, form, status=429), error)
    if form.errors:
        return _upload_form(request, form, status=status)
    messages.success(
        request,
        _("Your GPX file has been uploaded and is waiting to be imported. This usually takes a moment."),
    )
    waiting = querysets.unfinished_count(user)
    if waiting > MANY_WAITING:
        text = _(
            "You have {count} traces waiting to be imported. Please wait for these to finish before uploading more."
        )
        messages.warning(request, text.format(count=waiting))
    return _leave(request, reverse("user_traces", args=[user.display_name]))


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect from the form, whether the browser has submitted it or its script."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@vary_on_headers("HX-Request")
@require_safe
def trace(request: HttpRequest, display_name: str, trace_id: int) -> HttpResponse:  # noqa: ARG001
    """Show a trace beside the map; with `state` only the progress of its import."""
    viewer = viewer_of(request)
    try:
        shown = access_trace(trace_id, viewer)
    except (NotFoundError, AccessDeniedError):
        messages.error(request, _("Trace not found!"))
        return HttpResponseRedirect(reverse("traces"))
    if "state" in request.GET:
        response = render(request, "traces/_state.html", {"trace": shown})
        if not shown.is_unfinished:
            response["HX-Refresh"] = "true"
        return response
    is_own = viewer is not None and shown.user == viewer
    may_edit = viewer is not None and is_own and denial_reason(viewer, ACCOUNT) is None
    context: dict[str, Any] = {
        "trace": shown,
        "is_own": is_own,
        "may_edit": may_edit,
        "may_delete": may_edit if is_own else is_moderator(request) or is_administrator(request),
        "shows_images": not is_offline(),
    }
    if shown.is_imported:
        address = reverse("trace_track", args=[shown.user.display_name, shown.pk])
        context["map_data"] = {"kind": "trace", "url": address}
    return render(request, "traces/trace.html", context)


@never_cache
@require_safe
@login_required
@needs_storage
def edit(request: HttpRequest, trace_id: int) -> HttpResponse:
    """Show the form to edit a trace to its owner."""
    return _form(request, _own(request, trace_id))


@require_http_methods(["POST", "PUT", "DELETE"])
@login_required
@needs_storage
def change(request: HttpRequest, trace_id: int) -> HttpResponse:
    """Save the form, or delete the trace: browsers' forms name the method in `_method`."""
    return _delete(request, trace_id) if method_meant(request) == "DELETE" else _update(request, trace_id)


def _update(request: HttpRequest, trace_id: int) -> HttpResponse:
    own = _own(request, trace_id)
    form, status = TraceForm(request.POST, kept=own.visibility), 400
    if form.is_valid():
        try:
            actions.update(session_user(request), trace=own, **form.cleaned_data)
        except NotFoundError:
            raise Http404(trace_id) from None
        except REFUSALS as error:
            form.refuse(error)
        except DENIALS as error:
            form.refuse(error)
            status = 403
    if form.errors:
        return _form(request, own, form, status=status)
    messages.success(request, _("The trace has been saved."))
    return HttpResponseRedirect(reverse("trace", args=[own.user.display_name, own.pk]))


def _delete(request: HttpRequest, trace_id: int) -> HttpResponse:
    try:
        gone = querysets.access_any_trace(trace_id)
        actions.delete(session_user(request), trace=gone)
    except NotFoundError:
        raise Http404(trace_id) from None
    except (AccessDeniedError, *DENIALS):
        raise PermissionDenied from None
    messages.success(request, _("The trace has been deleted."))
    return HttpResponseRedirect(reverse("user_traces", args=[gone.user.display_name]))


def _form(
    request: HttpRequest, own: Trace, form: TraceForm | None = None, *, status: int = 200
) -> HttpResponse:
    if form is None:
        tags = ", ".join(own.tags.order_by("pk").values_list("tag", flat=True))
        values = {"description": own.description, "tags": tags, "visibility": own.visibility}
        form = TraceForm(initial=values, kept=own.visibility)
    return render(request, "traces/edit.html", {"trace": own, "form": form}, status=status)


def _own(request: HttpRequest, trace_id: int) -> Trace:
    """Return the user's own trace. Raises Http404 if there is none, PermissionDenied if it is someone else's."""
    try:
        return access_own_trace(trace_id, session_user(request))
    except NotFoundError:
        raise Http404(trace_id) from None
    except AccessDeniedError:
        raise PermissionDenied from None
