"""Requests that pages of any other site may make."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def open_to_any_origin(*methods: str) -> Callable[[View], View]:
    """Allow these methods only, and let any page read the responses. For views that ignore cookies."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods or (request.method == "HEAD" and "GET" in methods):
                response = view(request, *args, **kwargs)
            elif request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
                response = HttpResponse()
                response["Access-Control-Allow-Methods"] = ", ".join(methods)
                response["Access-Control-Max-Age"] = str(settings.PREFLIGHT_LIFETIME)
                if headers := request.headers.get("Access-Control-Request-Headers"):
                    response["Access-Control-Allow-Headers"] = headers
            else:
                response = HttpResponseNotAllowed(methods)
            if "Origin" in request.headers:
                response["Access-Control-Allow-Origin"] = "*"
            patch_vary_headers(response, ["Origin"])
            return response

        return wrapped

    return decorate
