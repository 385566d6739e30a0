"""The pages of notes."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("note/new", views.new, name="new_note"),
    path("note/<int:note_id>", views.note, name="note"),
]
