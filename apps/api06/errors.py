"""From an error class to an HTTP answer, in one table."""

from django.http import HttpResponse
from rest_framework.response import Response


def handle(error: Exception, context: dict[str, object]) -> HttpResponse | Response | None:
    return None
