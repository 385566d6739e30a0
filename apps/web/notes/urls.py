"""The pages of notes."""

from django.urls import URLPattern, path

from .views import lists, note

urlpatterns: list[URLPattern] = [
    path("note/new", note.new, name="new_note"),
    path("note/<int:note_id>", note.note, name="note"),
    path("notes", lists.notes, name="notes"),
    path("user/<display_name:display_name>/notes", lists.user_notes, name="user_notes"),
]
