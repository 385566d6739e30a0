"""The page about the API: the same description that programs get, for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .openapi import page


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """All calls, what they take and answer; works without the database."""
    context = {"introduction": page.introduction(), "groups": page.groups(), "shapes": page.shapes()}
    return render(request, "api06/reference.html", context)
