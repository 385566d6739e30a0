"""CSRF protection that also knows the names by which Ruby on Rails sends its token.

Scripts that moderators use on openstreetmap.org read `authenticity_token` or `<meta name="csrf-token">` from a page.
"""

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.middleware import csrf
from django.utils.decorators import decorator_from_middleware

from .parameters import FORM

FIELD = "authenticity_token"
_HEADER = "HTTP_X_CSRF_TOKEN"


class CsrfViewMiddleware(csrf.CsrfViewMiddleware):
    """Accepts the token as the field `authenticity_token` or the header `X-CSRF-Token`, as well as Django's own."""

    def _check_token(self, request: HttpRequest) -> None:
        """Check the token. Called for requests that need one, so that no other form is read here."""
        token = request.META.get(_HEADER, "")
        if not token:
            with suppress(UnreadablePostError):
                token = _token_in_form(request)
        if token:
            request.META.setdefault(settings.CSRF_HEADER_NAME, token)
        super()._check_token(request)  # type: ignore[misc] # not in django-stubs


def _token_in_form(request: HttpRequest) -> str:
    if request.method == "POST":
        return request.POST.get(FIELD, "")
    # Django looks for the token of other methods in the header only.
    fields = QueryDict(request.body if request.content_type == FORM else b"")
    return fields.get(FIELD) or fields.get("csrfmiddlewaretoken") or ""


csrf_protect = decorator_from_middleware(CsrfViewMiddleware)
"""For views that are exempt until something else has been done."""
