"""A message in XML and in JSON, as its sender or its recipient sees it (upstream behaviour 1.18)."""

from typing import Any

from lxml import etree

from apps.messaging.models import Message
from apps.osm import osmxml
from apps.osm.elements import format_timestamp


def as_dict(message: Message, reader_id: int, *, with_body: bool) -> dict[str, Any]:
    """Return the message; without its body in lists."""
    document = {
        **_persons(message),
        "title": message.title,
        "sent_on": format_timestamp(message.sent_at),
        **_state(message, reader_id),
        "body_format": message.body_format,
    }
    return document | {"body": message.body} if with_body else document


def append(parent: etree._Element, message: Message, reader_id: int, *, with_body: bool) -> None:
    element = osmxml.child(
        parent,
        "message",
        **_persons(message),
        sent_on=format_timestamp(message.sent_at),
        body_format=message.body_format,
        **_state(message, reader_id),
    )
    osmxml.child(element, "title", message.title)
    if with_body:
        osmxml.child(element, "body", message.body)


def _persons(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "from_user_id": message.sender_id,
        "from_display_name": message.sender.display_name,
        "to_user_id": message.recipient_id,
        "to_display_name": message.recipient.display_name,
    }


def _state(message: Message, reader_id: int) -> dict[str, bool]:
    """Return what depends on the reader. Only the recipient sees whether it was read; a message to oneself counts as
    sent when it is deleted."""
    is_visible = message.visible_to_sender if message.sender_id == reader_id else message.visible_to_recipient
    read = {"message_read": message.read} if message.recipient_id == reader_id else {}
    return read | {"deleted": not is_visible}
