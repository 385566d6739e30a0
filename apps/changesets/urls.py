from django.urls import URLPattern, path

from apps.users import converters  # noqa: F401 (registers itself)

from . import feeds, views

urlpatterns: list[URLPattern] = [
    path("history", views.history, name="history"),
    path("history/feed", feeds.changesets, name="history_feed"),
    path("history/comments/feed", feeds.comments, name="comments_feed"),
    path("changeset/<int:changeset_id>/comments/feed", feeds.comments, name="changeset_comments_feed"),
    path("changeset/<int:changeset_id>/subscription", views.subscription, name="changeset_subscription"),
    path("changeset/<int:changeset_id>/subscribe", views.moved_subscription),
    path("changeset/<int:changeset_id>/unsubscribe", views.moved_subscription),
    path(
        "changeset/comment/<int:comment_id>/hide",
        views.comment_visibility,
        {"visible": False},
        name="hide_changeset_comment",
    ),
    path(
        "changeset/comment/<int:comment_id>/unhide",
        views.comment_visibility,
        {"visible": True},
        name="unhide_changeset_comment",
    ),
    path(
        "user/<display_name:display_name>/changeset_comments",
        views.user_comments,
        name="user_changeset_comments",
    ),
    path("user/<display_name:display_name>/history/feed", feeds.changesets, name="user_history_feed"),
    path("user/<display_name:display_name>/history", views.history, name="user_history"),
]
