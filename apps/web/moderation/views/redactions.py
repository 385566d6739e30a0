"""Pages of redactions, and the redaction form on the page of an old version."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.moderation import actions, querysets
from apps.moderation.models import Redaction
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import AccountRefusedError, CannotRedactError, NotFoundError, NotPermittedError
from apps.web.access import is_moderator, moderator_required, session_user
from apps.web.parameters import method_meant
from apps.web.refusals import refusal_of

from ..forms.redactions import RedactionForm

DENIALS = (AccountRefusedError, NotPermittedError)
"""Why a moderator may not redact now, for example because of a block."""


@require_http_methods(["GET", "HEAD", "POST"])
def redactions(request: HttpRequest) -> HttpResponse:
    """List all redactions; POST creates one."""
    if request.method == "POST":
        return _create(request)
    context = {"redactions": querysets.redactions(), "is_moderator": is_moderator(request)}
    return render(request, "moderation/redactions.html", context)


@moderator_required
def _create(request: HttpRequest) -> HttpResponse:
    form = RedactionForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    try:
        created = actions.create_redaction(session_user(request), **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, form)
    messages.success(request, _("The redaction has been created."))
    return redirect("redaction", created.pk)


@require_safe
@moderator_required
def new_redaction(request: HttpRequest) -> HttpResponse:
    """Show the form of a new redaction."""
    return _form(request, RedactionForm())


def redaction(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Show a redaction; PUT changes it, DELETE deletes it unless it hides a version."""
    method = method_meant(request)
    if method in {"PUT", "PATCH"}:
        return _update(request, redaction_id)
    if method == "DELETE":
        return _delete(request, redaction_id)
    if method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "PUT", "PATCH", "DELETE"])
    found = _access_redaction(redaction_id)
    context = {"redaction": found, "is_moderator": is_moderator(request)}
    if context["is_moderator"]:
        hidden = querysets.hidden_by(found)
        context["hidden"] = hidden[: querysets.MAX_HIDDEN_SHOWN]
        context["hides_more"] = len(hidden) > querysets.MAX_HIDDEN_SHOWN
    return render(request, "moderation/redaction.html", context)


@moderator_required
def _update(request: HttpRequest, redaction_id: int) -> HttpResponse:
    found = _access_redaction(redaction_id)
    form = RedactionForm(request.POST)
    if not form.is_valid():
        return _form(request, form, found)
    try:
        actions.update_redaction(session_user(request), redaction=found, **form.cleaned_data)
    except NotFoundError:
        raise Http404 from None
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, form, found)
    messages.success(request, _("The redaction has been updated."))
    return redirect("redaction", found.pk)


@moderator_required
def _delete(request: HttpRequest, redaction_id: int) -> HttpResponse:
    try:
        actions.delete_redaction(session_user(request), redaction=_access_redaction(redaction_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("redaction", redaction_id)
    except NotFoundError:
        raise Http404 from None
    messages.success(request, _("The redaction has been deleted."))
    return redirect("redactions")


@require_safe
@moderator_required
def edit_redaction(request: HttpRequest, redaction_id: int) -> HttpResponse:
    """Show the form of an existing redaction."""
    found = _access_redaction(redaction_id)
    form = RedactionForm(initial={"title": found.title, "description": found.description})
    return _form(request, form, found)


@require_http_methods(["POST", "DELETE"])
@moderator_required
def version_redaction(
    request: HttpRequest, element_type: ElementType, osm_id: int, number: int
) -> HttpResponse:
    """Redact a version; DELETE removes its redaction. Both redirect to the page of the version."""
    moderator, ref = session_user(request), ElementRef(element_type, osm_id)
    try:
        if method_meant(request) == "DELETE":
            actions.unredact(moderator, ref=ref, version=number)
            messages.success(request, _("This version is visible to everyone again."))
        else:
            actions.redact(moderator, ref=ref, version=number, redaction_id=_chosen_redaction(request))
            messages.success(request, _("This version has been redacted."))
    except CannotRedactError:
        messages.error(request, _("The current version cannot be redacted."))
    except NotFoundError:
        messages.error(request, _("This redaction or version does not exist."))
    except DENIALS as error:
        messages.error(request, str(refusal_of(error).words))
    return redirect(f"{element_type.label}_version", osm_id, number)


def _chosen_redaction(request: HttpRequest) -> int:
    """Return the id of the chosen redaction, or 0, which no redaction has, for invalid input."""
    text = request.POST.get("redaction", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _access_redaction(redaction_id: int) -> Redaction:
    try:
        return querysets.access_redaction(redaction_id)
    except NotFoundError:
        raise Http404 from None


def _form(request: HttpRequest, form: RedactionForm, found: Redaction | None = None) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"form": form, "redaction": found}
    return render(request, "moderation/redaction_form.html", context, status=status)
