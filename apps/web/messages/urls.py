"""URLs of messages, and redirects from their former URLs."""

from django.urls import URLPattern, path, re_path

from apps.web.moves import moved

from . import views

urlpatterns: list[URLPattern] = [
    path("messages", views.create, name="send_message"),
    re_path(f"^messages/(?P<name>{'|'.join(views.BOXES)})$", views.box, name="messages"),
    path("messages/new/<display_name:display_name>", views.new, name="new_message"),
    path("messages/<int:message_id>", views.message, name="message"),
    path("messages/<int:message_id>/reply/new", views.reply, name="reply"),
    path("messages/<int:message_id>/read_mark", views.read_mark, name="read_mark"),
    path("messages/<int:message_id>/mute", views.mute, name="message_mute"),
    path("messages/<int:message_id>/reply", moved(pattern_name="reply")),
    path("message/read/<int:message_id>", moved(pattern_name="message")),
    path("message/new/<display_name:display_name>", moved(pattern_name="new_message")),
    re_path("^user/[^/]+/(?P<name>inbox|outbox)$", moved(pattern_name="messages")),
]
