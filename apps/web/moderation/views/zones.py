"""Pages of moderation zones, for moderators only (upstream behaviour 2.14)."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.notes import zones
from apps.notes.models import ModerationZone
from apps.osm.errors import NotFoundError
from apps.web.access import moderator_required, session_user
from apps.web.parameters import method_meant

from ..forms.zones import ActiveZoneForm, ZoneForm, initial_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@moderator_required
def all_zones(request: HttpRequest) -> HttpResponse:
    """List all zones; POST creates one."""
    if request.method != "POST":
        found = list(zones.listed_zones())
        data = {"kind": "zones", "outlines": [zone.outline for zone in found if zone.is_active]}
        return render(request, "moderation/zones.html", {"zones": found, "map_data": data})
    form = ActiveZoneForm(request.POST)
    if form.is_valid():
        try:
            zones.create_zone(session_user(request), **_fields(form))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The zone has been created."))
            return redirect("moderation_zones")
    return _form(request, form)


@never_cache
@require_safe
@vary_on_headers("HX-Request")
@moderator_required
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new zone."""
    return _form(request, ActiveZoneForm())


@never_cache
@require_safe
@vary_on_headers("HX-Request")
@moderator_required
def edit(request: HttpRequest, zone_id: int) -> HttpResponse:
    """Show the form of an existing zone, or the zone itself to a moderator who may not edit it."""
    zone = _access(zone_id)
    if not zones.may_change(session_user(request), zone):
        return _form(request, None, zone)
    kind = ActiveZoneForm if zone.is_active else ZoneForm
    return _form(request, kind(initial=initial_of(zone)), zone)


@require_http_methods(["POST", "PUT", "PATCH"])
@moderator_required
def zone(request: HttpRequest, zone_id: int) -> HttpResponse:
    """Change a zone by PUT, or end it if the request contains `end`."""
    if method_meant(request) not in {"PUT", "PATCH"}:
        return HttpResponseNotAllowed(["PUT", "PATCH"])
    found, moderator = _access(zone_id), session_user(request)
    if "end" in request.POST:
        try:
            zones.end_zone(moderator, zone_id=found.pk)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("The zone has ended."))
        return redirect("moderation_zones")
    form = (ActiveZoneForm if "period" in request.POST or found.is_active else ZoneForm)(request.POST)
    if form.is_valid():
        try:
            zones.change_zone(moderator, zone_id=found.pk, **_fields(form))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The zone has been updated."))
            return redirect("moderation_zones")
    return _form(request, form, found)


def _fields(form: ZoneForm) -> dict[str, Any]:
    fields = dict(form.cleaned_data)
    if "period" in fields:
        fields["hours"] = fields.pop("period")
    return fields


def _access(zone_id: int) -> ModerationZone:
    try:
        return zones.access_zone(zone_id)
    except NotFoundError:
        raise Http404(zone_id) from None


def _form(request: HttpRequest, form: ZoneForm | None, zone: ModerationZone | None = None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    data = {"kind": "zones", "outlines": [zone.outline] if zone and form is None else []}
    return render(
        request, "moderation/zone_form.html", {"form": form, "zone": zone, "map_data": data}, status=status
    )
