"""What people fill in to send a message."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.messaging.actions import LONGEST_TITLE
from apps.messaging.models import Message
from apps.users.models import User
from apps.web.forms import SiteForm


class MessageForm(SiteForm):
    """The fields are named `message[title]` and `message[body]`, as links that fill them in beforehand have them."""

    title = forms.CharField(label=gettext_lazy("Subject"), widget=forms.TextInput(attrs={"dir": "auto"}))
    body = forms.CharField(
        label=gettext_lazy("Message"),
        strip=False,
        help_text=gettext_lazy(
            "In Markdown: *emphasis*, **strong**, [a link](https://example.org), lists, pictures."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["maxlength"] = LONGEST_TITLE

    def add_prefix(self, field_name: str) -> str:
        return f"message[{field_name}]"

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")


def reply_to(message: Message) -> dict[str, str]:
    """The fields of an answer: what was said is quoted, and the title keeps one `Re:`."""
    title = message.title if message.title.lower().startswith("re:") else f"Re: {message.title}"
    when = date_format(timezone.localtime(message.sent_at), "DATETIME_FORMAT")
    said = _("On {when} UTC {name} wrote:").format(when=when, name=message.sender.display_name)
    quoted = "\n".join(f"> {line}" for line in message.body.splitlines())
    return {"title": title[:LONGEST_TITLE], "body": f"{said}\n\n{quoted}\n\n"}


def partner_of(user: User, message: Message) -> User:
    """Whom an answer goes to: the other one, also where it is one's own message that one answers."""
    return message.recipient if message.sender_id == user.pk else message.sender
