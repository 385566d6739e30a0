"""Pages of messages (upstream behaviour 2.10)."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from csp.decorators import csp_update
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.instance.status import ONLINE, service_status
from apps.messaging import actions, querysets
from apps.messaging.models import Message
from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.users.models import User
from apps.users.querysets import access_mapper, relation_of
from apps.web.access import login_required, session_user
from apps.web.errors import no_such_user
from apps.web.paging import cursor, page_of
from apps.web.parameters import method_meant, safe_path
from apps.web.refusals import REFUSED, refusal_of, with_retry_after

from .forms import MessageForm, partner_of, reply_to

BOXES: dict[str, tuple[Promise, Callable[[int], QuerySet[Message]]]] = {
    "inbox": (gettext_lazy("Inbox"), querysets.inbox),
    "outbox": (gettext_lazy("Outbox"), querysets.outbox),
    "muted": (gettext_lazy("Muted messages"), querysets.muted),
}
MessageView = Callable[[HttpRequest, User, Message], HttpResponse]


def _of_message(view: MessageView) -> Callable[..., HttpResponse]:
    """Pass the user and the message to the view; tell anyone but its sender and recipient that it is not theirs."""

    @wraps(view)
    def found(request: HttpRequest, message_id: int) -> HttpResponse:
        user = session_user(request)
        try:
            return view(request, user, querysets.access_message(user, message_id))
        except NotFoundError:
            return render(request, "messages/no_such_message.html", {"number": message_id}, status=404)
        except AccessDeniedError:
            return render(request, "messages/of_others.html", status=403)

    return never_cache(login_required(found))


@never_cache
@require_safe
@login_required
def box(request: HttpRequest, name: str) -> HttpResponse:
    """List a box of the user, newest message first."""
    user, (title, found) = session_user(request), BOXES[name]
    before, after = cursor(request)
    context = {
        "name": name,
        "title": title,
        "page": page_of(querysets.described(found(user.pk)), before=before, after=after),
        "has_muted": name == "muted" or querysets.has_muted(user.pk),
    }
    return render(request, "messages/box.html", context)


@csp_update({"img-src": "*"})
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@_of_message
def message(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """Show a message, and mark it read for its recipient; DELETE (or a form that stands for it) deletes it for the user."""
    method = method_meant(request)
    if method not in {"GET", "HEAD", "DELETE"}:
        return HttpResponseNotAllowed(["GET", "DELETE"])
    if method == "DELETE":
        actions.delete(user, message=found)
        messages.success(request, _("The message has been deleted."))
        return _redirect_back(request, "outbox" if found.sender_id == user.pk else "inbox")
    is_recipient = found.recipient_id == user.pk
    if is_recipient and method == "GET":
        _mark_read(user, found)
    context = {"message": found, "is_recipient": is_recipient, "partner": partner_of(user, found)}
    if is_recipient and found.sender_id != user.pk:
        context["relation"] = relation_of(user, other=found.sender)
    return render(request, "messages/message.html", context)


@require_http_methods(["POST", "DELETE"])
@_of_message
def read_mark(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """Mark a message as read by POST, or as unread by DELETE (or a form that stands for it)."""
    read = method_meant(request) != "DELETE"
    actions.mark(user, message=found, read=read)
    messages.success(request, _("Message marked as read.") if read else _("Message marked as unread."))
    return _redirect_back(request, "muted" if found.muted else "inbox")


@require_http_methods(["POST", "DELETE"])
@_of_message
def mute(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """Move a muted message to the inbox by DELETE (or a form that stands for it)."""
    if method_meant(request) != "DELETE":
        return HttpResponseNotAllowed(["DELETE"])
    actions.move_to_inbox(user, message=found)
    messages.success(request, _("The message has been moved to your inbox."))
    return _redirect_back(request, "muted" if querysets.has_muted(user.pk) else "inbox")


@csp_update({"img-src": "*"})
@require_safe
@_of_message
def reply(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """Show the form of a reply that quotes the message, and mark the message read for its recipient."""
    partner = partner_of(user, found)
    if not partner.is_active:
        return no_such_user(request, partner.display_name)
    if found.recipient_id == user.pk:
        _mark_read(user, found)
    return _form(request, MessageForm(initial=reply_to(found)), partner)


@csp_update({"img-src": "*"})
@never_cache
@require_safe
@login_required
def new(request: HttpRequest, display_name: str) -> HttpResponse:
    """Show the form, prefilled from `message[title]` and `message[body]` of the query string."""
    try:
        recipient = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    initial = {field: request.GET.get(f"message[{field}]", "") for field in ("title", "body")}
    return _form(request, MessageForm(initial=initial), recipient)


@csp_update({"img-src": "*"})
@never_cache
@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Send a message or preview it; on errors, show the form with what the user entered."""
    display_name = request.POST.get("display_name", "")
    try:
        recipient = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _form(request, form, recipient, status=HTTPStatus.BAD_REQUEST)
    if "preview" in request.POST:
        return _form(request, form, recipient, preview=form.cleaned_data["body"])
    try:
        actions.send(session_user(request), recipient=recipient, **form.cleaned_data)
    except REFUSED as error:
        status, words = refusal_of(error)
        form.add_error(None, str(words))
        return with_retry_after(_form(request, form, recipient, status=status), error)
    messages.success(request, _("Your message has been sent."))
    return HttpResponseRedirect(reverse("messages", args=["outbox"]))


def _form(
    request: HttpRequest,
    form: MessageForm,
    recipient: User,
    *,
    preview: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {"form": form, "recipient": recipient, "preview": preview}
    return render(request, "messages/new.html", context, status=status)


def _mark_read(user: User, found: Message) -> None:
    """Mark the message as read, unless the database is read-only."""
    if service_status().database == ONLINE:
        actions.mark(user, message=found, read=True)


def _redirect_back(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect to the page of the form, or to a box."""
    back = safe_path(request.POST.get("referer"))
    return HttpResponseRedirect(back or reverse("messages", args=[name]))
