"""The pages on which people edit their own profile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.users import own_profile
from apps.web.access import login_required, session_user

from ..forms import CompanyForm, DescriptionForm, LinksForm, LocationForm


@dataclass(frozen=True)
class Part:
    """One of the pages: its title, its form, and the action that stores the form's fields."""

    title: Any
    form: Any
    action: Callable[..., None]


PARTS = {
    "description": Part(gettext_lazy("Description"), DescriptionForm, own_profile.set_description),
    "links": Part(gettext_lazy("Links"), LinksForm, own_profile.set_links),
    "company": Part(gettext_lazy("Company"), CompanyForm, own_profile.set_company),
    "location": Part(gettext_lazy("Home location"), LocationForm, own_profile.set_home),
}


@csp_update({"img-src": "*"})
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, part: str) -> HttpResponse:
    """Show and change one part of the user's profile. The description can be previewed."""
    user, page = session_user(request), PARTS[part]
    form = page.form(request.POST or None, initial=page.form.initial_of(user))
    preview = ""
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = form.cleaned_data.get("description", "")
        else:
            try:
                page.action(user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Your profile has been saved."))
                return HttpResponseRedirect(reverse("user", args=[user.display_name]))
    context = {"form": form, "part": part, "page": page, "parts": PARTS, "preview": preview}
    return render(request, "people/profile_edit.html", context)
