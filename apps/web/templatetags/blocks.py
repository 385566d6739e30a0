"""The notice that tells blocked users so on every page."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from apps.users.block_querysets import active_block

register = template.Library()


@register.inclusion_tag("moderation/_block_notice.html", takes_context=True)
def block_notice(context: Context) -> dict[str, Any]:
    """Render a notice with a link to the active block of the logged-in user, except on the page of that block.

    One statement for logged-in users.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    block = active_block(user) if user and user.is_authenticated else None
    if block and request and request.path == reverse("user_block", args=[block.pk]):
        block = None
    return {"block": block}
