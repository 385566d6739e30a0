"""URLs of blocks, roles, account statuses, redactions and moderation zones."""

from django.urls import URLPattern, path, re_path

from apps.osm.elements import ElementType
from apps.users.models import User
from apps.web.moves import moved

from .views import administration, blocks, redactions, zones

urlpatterns: list[URLPattern] = [
    path("users/list", moved(url="/users")),
    path("users", administration.users, name="users"),
    re_path(f"^users/(?P<status>{'|'.join(User.Status.values)})$", administration.users),
    path("user/<display_name:display_name>/roles/<str:role>", administration.role, name="user_role"),
    path("user/<display_name:display_name>/status", administration.status, name="user_status"),
    path("user/<display_name:display_name>/blocks", blocks.blocks_on, name="blocks_on"),
    path("user/<display_name:display_name>/blocks_by", blocks.blocks_by, name="blocks_by"),
    path("user/<display_name:display_name>/blocks/edit", blocks.revoke_all, name="revoke_blocks"),
    path("user_blocks", blocks.all_blocks, name="user_blocks"),
    path("user_blocks/new/<display_name:display_name>", blocks.new, name="new_block"),
    path("user_blocks/<int:block_id>", blocks.block, name="user_block"),
    path("user_blocks/<int:block_id>/edit", blocks.edit, name="edit_block"),
    path("moderation_zones", zones.all_zones, name="moderation_zones"),
    path("moderation_zones/new", zones.new, name="new_moderation_zone"),
    path("moderation_zones/<int:zone_id>", zones.zone, name="moderation_zone"),
    path("moderation_zones/<int:zone_id>/edit", zones.edit, name="edit_moderation_zone"),
    path("redactions", redactions.redactions, name="redactions"),
    path("redactions/new", redactions.new_redaction, name="new_redaction"),
    path("redactions/<int:redaction_id>", redactions.redaction, name="redaction"),
    path("redactions/<int:redaction_id>/edit", redactions.edit_redaction, name="edit_redaction"),
    *[
        path(
            f"{kind.label}/<int:osm_id>/history/<int:number>/redaction",
            redactions.version_redaction,
            {"element_type": kind},
            name=f"{kind.label}_version_redaction",
        )
        for kind in ElementType
    ],
]
