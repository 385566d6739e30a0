"""The pages of notes."""

from django.urls import URLPattern, path

from apps.users import converters  # noqa: F401 (registers itself)

from . import list_views, views

urlpatterns: list[URLPattern] = [
    path("note/new", views.new, name="new_note"),
    path("note/<int:note_id>", views.note, name="note"),
    path("notes", list_views.notes, name="notes"),
    path("user/<display_name:display_name>/notes", list_views.user_notes, name="user_notes"),
]
