"""Changes to the map: changesets are opened, described, filled and closed."""

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.changesets import actions
from apps.elements.upload import upload
from apps.osm import osmxml
from apps.osm.osmchange import Limits

from ..bodies import body
from ..documents import ORIGIN
from ..permissions import EDIT_MAP, require
from ..renderers import XML
from .base import CgimapView
from .changesets import Changeset, Changesets


def _number(number: int) -> HttpResponse:
    return HttpResponse(str(number), content_type="text/plain; charset=utf-8")


def _create(request: Request) -> HttpResponse:
    user = require(request, **EDIT_MAP)
    return _number(actions.open_changeset(user, tags=osmxml.changeset_tags(body(request))).pk)


class QueriedOrCreatedChangesets(Changesets):
    """The query, and the newer address of creation."""

    writes = True

    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(request)


class ChangesetCreation(CgimapView):
    writes = True

    def put(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return _create(request)


class ReadOrDescribedChangeset(Changeset):
    """One changeset, and the replacement of its tags."""

    writes = True

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **EDIT_MAP)
        actions.access_changeset(osm_id)
        actions.describe(user, changeset_id=osm_id, tags=osmxml.changeset_tags(body(request)))
        return self.get(request, osm_id, suffix)


class ChangesetClosing(CgimapView):
    writes = True

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.close(require(request, **EDIT_MAP), changeset_id=osm_id)
        return HttpResponse(content_type="text/plain; charset=utf-8")


class ChangesetUpload(CgimapView):
    renderer_classes = [XML]
    writes = True

    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = require(request, **EDIT_MAP)
        results = upload(
            user,
            changeset_id=osm_id,
            document=body(request),
            limits=Limits(settings.MAX_NUMBER_OF_WAY_NODES, settings.MAX_NUMBER_OF_RELATION_MEMBERS),
            key=request.META.get("HTTP_IDEMPOTENCY_KEY"),
        )
        lines = (
            osmxml.DiffLine(line.type.label, line.old_id, line.new_id, line.new_version) for line in results
        )
        return self.respond(osmxml.diff_result(lines, ORIGIN))
