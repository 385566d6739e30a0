from django.urls import URLPattern, path

from apps.users import converters  # noqa: F401 (registers itself)

from . import feeds, views

urlpatterns: list[URLPattern] = [
    path("history", views.history, name="history"),
    path("history/feed", feeds.changesets, name="history_feed"),
    path("history/comments/feed", feeds.comments, name="comments_feed"),
    path("changeset/<int:changeset_id>/comments/feed", feeds.comments, name="changeset_comments_feed"),
    path("user/<display_name:display_name>/history/feed", feeds.changesets, name="user_history_feed"),
    path("user/<display_name:display_name>/history", views.history, name="user_history"),
]
