"""Variables of every template."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.elements.presets import area_keys
from apps.instance.status import OFFLINE, service_status
from apps.instance.styles import style_folder
from apps.users.models import User

from . import maintenance
from .operator import has_imprint, own_logo


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the layout (a whole page, or the part that htmx swaps into the sidebar) and facts about the instance."""
    partial = request.headers.get("HX-Request") == "true"
    return {
        "layout": "layouts/fragment.html" if partial else "layouts/map.html",
        "page_layout": "layouts/page_fragment.html" if partial else "layouts/page.html",
        "site_name": settings.SITE_NAME,
        "operator": settings.OPERATOR,
        "support_email": settings.SUPPORT_EMAIL,
        "logo": SimpleLazyObject(own_logo),
        "has_imprint": has_imprint,
        "copyright_owner": settings.COPYRIGHT_OWNER,
        "attribution_url": settings.ATTRIBUTION_URL,
        "license_url": settings.LICENSE_URL,
        "public_url": settings.PUBLIC_URL,
        "maintenance": maintenance.notice(),
        "notes_are_offline": service_status().api == OFFLINE,
        "max_note_area": settings.MAX_NOTE_REQUEST_AREA,
        "has_traces": not settings.TRACES_DISABLED,
        "default_editor": settings.DEFAULT_EDITOR,
        "editors": User.Editor,
        "suggests": service_status().database != OFFLINE and not settings.GEOCODER,
        "area_keys": area_keys,
        "style_folder": style_folder,
    }
