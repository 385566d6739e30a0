"""The API reference: a page made from the OpenAPI document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .openapi import page


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show all calls with their parameters and responses. Works without the database."""
    context = {"introduction": page.introduction(), "groups": page.groups(), "shapes": page.shapes()}
    return render(request, "api06/reference.html", context)
