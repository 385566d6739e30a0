"""The pages of notes."""

from django.urls import URLPattern, path

from apps.users import converters  # noqa: F401 (registers itself)

from . import list_views, views, zone_views

urlpatterns: list[URLPattern] = [
    path("note/new", views.new, name="new_note"),
    path("note/<int:note_id>", views.note, name="note"),
    path("notes", list_views.notes, name="notes"),
    path("user/<display_name:display_name>/notes", list_views.user_notes, name="user_notes"),
    path("moderation_zones", zone_views.all_zones, name="moderation_zones"),
    path("moderation_zones/new", zone_views.new, name="new_moderation_zone"),
    path("moderation_zones/<int:zone_id>", zone_views.zone, name="moderation_zone"),
    path("moderation_zones/<int:zone_id>/edit", zone_views.edit, name="edit_moderation_zone"),
]
