"""The URLs of the API, the most frequently called ones first."""

from django.urls import URLPattern, path, re_path, register_converter

from apps.osm.elements import ElementType

from .converters import NoteSuffix, OsmId, Suffix
from .views import (
    changesets,
    discussion,
    elements,
    messages,
    notes,
    preferences,
    redactions,
    site,
    traces,
    user_blocks,
    users,
)
from .views.base import ApiView, NoSuchPath

register_converter(OsmId, "osm_id")
register_converter(Suffix, "suffix")
register_converter(NoteSuffix, "note_suffix")


def _of_each_type(route: str, view: type[ApiView], *kinds: ElementType) -> list[URLPattern]:
    """Return the patterns of a route for each element type; `{kind}` and `{kinds}` are replaced by its names."""
    return [
        path(route.format(kind=kind.label, kinds=kind.plural), view.as_view(), {"kind": kind})
        for kind in kinds or ElementType
    ]


urlpatterns = [
    path("0.6/map<suffix:suffix>", elements.Map.as_view()),
    *_of_each_type("0.6/{kind}/<osm_id:osm_id><suffix:suffix>", elements.ElementDetail),
    *_of_each_type("0.6/{kinds}<suffix:suffix>", elements.ElementList),
    *_of_each_type(
        "0.6/{kind}/<osm_id:osm_id>/full<suffix:suffix>", elements.Full, ElementType.WAY, ElementType.RELATION
    ),
    *_of_each_type("0.6/{kind}/<osm_id:osm_id>/relations<suffix:suffix>", elements.RelationsOfElement),
    path("0.6/node/<osm_id:osm_id>/ways<suffix:suffix>", elements.WaysOfNode.as_view()),
    *_of_each_type("0.6/{kind}/<osm_id:osm_id>/history<suffix:suffix>", elements.ElementHistory),
    *_of_each_type("0.6/{kind}/<osm_id:osm_id>/<osm_id:version><suffix:suffix>", elements.ElementVersion),
    *_of_each_type(
        "0.6/{kind}/<osm_id:osm_id>/<osm_id:version>/redaction<suffix:suffix>", redactions.VersionRedaction
    ),
    *_of_each_type(
        "0.6/{kind}/<osm_id:osm_id>/<osm_id:version>/redact<suffix:suffix>", redactions.VersionRedact
    ),
    *_of_each_type("0.6/{kind}/create<suffix:suffix>", elements.ElementCreation),
    path("0.6/changesets<suffix:suffix>", changesets.ChangesetList.as_view()),
    path("0.6/changeset/<osm_id:osm_id><suffix:suffix>", changesets.ChangesetDetail.as_view()),
    path("0.6/changeset/create<suffix:suffix>", changesets.ChangesetCreation.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/close<suffix:suffix>", changesets.ChangesetClosing.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/upload<suffix:suffix>", changesets.ChangesetUpload.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/download<suffix:suffix>", changesets.ChangesetDownload.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/comment<suffix:suffix>", discussion.Commenting.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/subscription<suffix:suffix>", discussion.Subscription.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/subscribe<suffix:suffix>", discussion.Subscribing.as_view()),
    path("0.6/changeset/<osm_id:osm_id>/unsubscribe<suffix:suffix>", discussion.Unsubscribing.as_view()),
    path("0.6/changeset_comments<suffix:suffix>", discussion.Comments.as_view()),
    path("0.6/changeset_comments/<osm_id:osm_id>/visibility<suffix:suffix>", discussion.Visibility.as_view()),
    path(
        "0.6/changeset/comment/<osm_id:osm_id>/hide<suffix:suffix>",
        discussion.OlderVisibility.as_view(),
        {"visible": False},
    ),
    path(
        "0.6/changeset/comment/<osm_id:osm_id>/unhide<suffix:suffix>",
        discussion.OlderVisibility.as_view(),
        {"visible": True},
    ),
    path("0.6/notes<note_suffix:suffix>", notes.NoteList.as_view()),
    path("0.6/notes/<osm_id:osm_id><note_suffix:suffix>", notes.NoteDetail.as_view()),
    path("0.6/notes/<osm_id:osm_id>/comment<note_suffix:suffix>", notes.Commenting.as_view()),
    path("0.6/notes/<osm_id:osm_id>/close<note_suffix:suffix>", notes.Closing.as_view()),
    path("0.6/notes/<osm_id:osm_id>/reopen<note_suffix:suffix>", notes.Reopening.as_view()),
    path("0.6/notes/<osm_id:osm_id>/subscription<suffix:suffix>", notes.Subscription.as_view()),
    path("0.6/notes/search<note_suffix:suffix>", notes.Search.as_view()),
    path("0.6/notes/feed<note_suffix:suffix>", notes.Feed.as_view()),
    path("0.6/user/<osm_id:osm_id><suffix:suffix>", users.UserDetail.as_view()),
    path("0.6/user/details<suffix:suffix>", users.OwnDetails.as_view()),
    path("0.6/users<suffix:suffix>", users.UserList.as_view()),
    path("0.6/user/blocks/active<suffix:suffix>", user_blocks.ActiveBlocks.as_view()),
    path("0.6/user/preferences<suffix:suffix>", preferences.Preferences.as_view()),
    # A key may contain dots and slashes; a format at the end is not part of it.
    re_path(r"^0\.6/user/preferences/(?P<key>.+?)(?:\.(?:xml|json))?\Z", preferences.Preference.as_view()),
    path("0.6/user/messages<suffix:suffix>", messages.MessageCreation.as_view()),
    path("0.6/user/messages/inbox<suffix:suffix>", messages.Inbox.as_view()),
    path("0.6/user/messages/outbox<suffix:suffix>", messages.Outbox.as_view()),
    path("0.6/user/messages/<osm_id:osm_id><suffix:suffix>", messages.MessageDetail.as_view()),
    path("0.6/user_blocks<suffix:suffix>", user_blocks.BlockCreation.as_view()),
    path("0.6/user_blocks/<osm_id:osm_id><suffix:suffix>", user_blocks.BlockDetail.as_view()),
    path("0.6/trackpoints<suffix:suffix>", traces.Trackpoints.as_view()),
    path("0.6/user/gpx_files<suffix:suffix>", traces.OwnTraces.as_view()),
    path("0.6/gpx<suffix:suffix>", traces.TraceCreation.as_view()),
    path("0.6/gpx/create<suffix:suffix>", traces.TraceCreation.as_view()),
    path("0.6/gpx/<osm_id:osm_id><suffix:suffix>", traces.TraceDetail.as_view()),
    path("0.6/gpx/<osm_id:osm_id>/details<suffix:suffix>", traces.TraceDetails.as_view()),
    path("0.6/gpx/<osm_id:osm_id>/data.gpx", traces.TraceData.as_view(), {"suffix": "gpx"}),
    path("0.6/gpx/<osm_id:osm_id>/data<suffix:suffix>", traces.TraceData.as_view()),
    path("0.6/capabilities<suffix:suffix>", site.Capabilities.as_view()),
    path("0.6/permissions<suffix:suffix>", site.Permissions.as_view()),
    path("0.6/openapi.json", site.Description.as_view()),
    path("capabilities<suffix:suffix>", site.Capabilities.as_view()),
    path("versions<suffix:suffix>", site.Versions.as_view()),
    re_path(".*", NoSuchPath.as_view()),
]
