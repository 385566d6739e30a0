"""The pages of traces."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
