"""The pages of messages (upstream behaviour 2.10)."""

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
from apps.web.refusals import REFUSED, refusal_of

from .forms import MessageForm, partner_of, reply_to

BOXES: dict[str, tuple[Promise, Callable[[int], QuerySet[Message]]]] = {
    "inbox": (gettext_lazy("Inbox"), querysets.inbox),
    "outbox": (gettext_lazy("Outbox"), querysets.outbox),
    "muted": (gettext_lazy("Muted messages"), querysets.muted),
}
MessageView = Callable[[HttpRequest, User, Message], HttpResponse]


def _of_message(view: MessageView) -> Callable[..., HttpResponse]:
    """The view gets the message, and the one of the two who asks; others read that it is none of theirs."""

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
    """One's messages, newest first."""
    user, (title, found) = session_user(request), BOXES[name]
    before, after = cursor(request)
    context = {
        "name": name,
        "title": title,
        "page": page_of(querysets.described(found(user.pk)), before=before, after=after),
        "has_muted": name == "muted" or querysets.muted(user.pk).exists(),
    }
    return render(request, "messages/box.html", context)


@csp_update({"img-src": "*"})
@_of_message
def message(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """GET shows it, and the recipient has read it; DELETE (or a form that says so) takes it out of sight."""
    method = method_meant(request)
    if method not in {"GET", "HEAD", "DELETE"}:
        return HttpResponseNotAllowed(["GET", "DELETE"])
    if method == "DELETE":
        actions.delete(user, message=found)
        messages.success(request, _("The message is deleted."))
        return _to(request, "outbox" if found.sender_id == user.pk else "inbox")
    is_recipient = found.recipient_id == user.pk
    if is_recipient and method == "GET":
        _note_reading(user, found)
    context = {"message": found, "is_recipient": is_recipient, "partner": partner_of(user, found)}
    if is_recipient and found.sender_id != user.pk:
        context["relation"] = relation_of(user, other=found.sender)
    return render(request, "messages/message.html", context)


@require_http_methods(["POST", "DELETE"])
@_of_message
def read_mark(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """POST: it is read; DELETE (or a form that says so): it is not."""
    read = method_meant(request) != "DELETE"
    actions.mark(user, message=found, read=read)
    messages.success(request, _("Marked as read.") if read else _("Marked as unread."))
    return _to(request, "muted" if found.muted else "inbox")


@require_http_methods(["POST", "DELETE"])
@_of_message
def mute(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """DELETE (or a form that says so) moves it from the muted to the inbox."""
    if method_meant(request) != "DELETE":
        return HttpResponseNotAllowed(["DELETE"])
    actions.move_to_inbox(user, message=found)
    messages.success(request, _("The message is in the inbox now."))
    return _to(request, "muted" if querysets.muted(user.pk).exists() else "inbox")


@csp_update({"img-src": "*"})
@require_safe
@_of_message
def reply(request: HttpRequest, user: User, found: Message) -> HttpResponse:
    """The form, with what is answered in it; whoever answers has read it."""
    partner = partner_of(user, found)
    if not partner.is_active:
        return no_such_user(request, partner.display_name)
    if found.recipient_id == user.pk:
        _note_reading(user, found)
    return _form(request, MessageForm(initial=reply_to(found)), partner)


@csp_update({"img-src": "*"})
@never_cache
@require_safe
@login_required
def new(request: HttpRequest, display_name: str) -> HttpResponse:
    """The form; `message[title]` and `message[body]` of the address fill it in."""
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
    """Sends it, or shows it first; what is wrong is said in the form, and the text is kept."""
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
        return _form(request, form, recipient, status=status)
    messages.success(request, _("Your message is sent."))
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


def _note_reading(user: User, found: Message) -> None:
    """It is read from now on, unless nothing can be written at the moment."""
    if service_status().database == ONLINE:
        actions.mark(user, message=found, read=True)


def _to(request: HttpRequest, name: str) -> HttpResponse:
    """Back to where the form was, or to a box."""
    back = safe_path(request.POST.get("referer"))
    return HttpResponseRedirect(back or reverse("messages", args=[name]))
