"""The form of a message, and its initial values for a reply."""

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
    """A message; the fields are named `message[title]` and `message[body]`, as in links that prefill them."""

    title = forms.CharField(label=gettext_lazy("Subject"), widget=forms.TextInput(attrs={"dir": "auto"}))
    body = forms.CharField(
        label=gettext_lazy("Message"),
        strip=False,
        help_text=gettext_lazy(
            "You can use Markdown: *emphasis*, **strong**, [a link](https://example.org), lists, images."
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
    """Return the initial values of a reply: the quoted message, and its title with one `Re:`."""
    title = message.title if message.title.lower().startswith("re:") else f"Re: {message.title}"
    when = date_format(timezone.localtime(message.sent_at), "DATETIME_FORMAT")
    introduction = _("On {when} UTC {name} wrote:").format(when=when, name=message.sender.display_name)
    quoted = "\n".join(f"> {line}" for line in message.body.splitlines())
    return {"title": title[:LONGEST_TITLE], "body": f"{introduction}\n\n{quoted}\n\n"}


def partner_of(user: User, message: Message) -> User:
    """Return the recipient of a reply: the other user, even if the user replies to their own message."""
    return message.recipient if message.sender_id == user.pk else message.sender
