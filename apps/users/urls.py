from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [path("user/<path:display_name>", views.profile, name="user")]
