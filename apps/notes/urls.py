"""The pages of notes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
