from django.urls import URLPattern, path

from . import feeds
from .views import changeset, discussion, lists

urlpatterns: list[URLPattern] = [
    path("history", lists.history, name="history"),
    path("history/feed", feeds.changesets, name="history_feed"),
    path("history/comments/feed", feeds.comments, name="comments_feed"),
    path("changeset/<int:changeset_id>", changeset.changeset, name="changeset"),
    path("changeset/<int:changeset_id>/comment", discussion.comment, name="changeset_comment"),
    path("changeset/<int:changeset_id>/comments/feed", feeds.comments, name="changeset_comments_feed"),
    path("changeset/<int:changeset_id>/subscription", discussion.subscription, name="changeset_subscription"),
    path("changeset/<int:changeset_id>/subscribe", discussion.moved_subscription),
    path("changeset/<int:changeset_id>/unsubscribe", discussion.moved_subscription),
    path(
        "changeset/comment/<int:comment_id>/hide",
        discussion.comment_visibility,
        {"visible": False},
        name="hide_changeset_comment",
    ),
    path(
        "changeset/comment/<int:comment_id>/unhide",
        discussion.comment_visibility,
        {"visible": True},
        name="unhide_changeset_comment",
    ),
    path(
        "user/<display_name:display_name>/changeset_comments",
        lists.user_comments,
        name="user_changeset_comments",
    ),
    path("user/<display_name:display_name>/history/feed", feeds.changesets, name="user_history_feed"),
    path("user/<display_name:display_name>/history", lists.history, name="user_history"),
]
