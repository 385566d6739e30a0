"""Every parameter of every call and page takes a long, odd value in a time that grows with its length and no faster.

No time is compared: a request that goes on for much too long is stopped, and the test fails. A pattern whose time grows
with the square of the length needs longer than that, whatever the machine.
"""

import inspect
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from oauth2_provider.models import AccessToken

from apps.api06.openapi.document import CALLS
from apps.api06.openapi.words import FORM, JSON
from apps.users.models import User, UserRole
from tests.api06 import described_world
from tests.api06.test_described_responses import PLACES, QUERIES
from tests.timing import time_limit

REPETITIONS = 50_000

# What the value begins with, what is repeated, and what it ends with: patterns for whole values fail at the end.
ODD = {
    "blanks and tabs": ("1", " \t", "x"),
    "line breaks": ("1", "\n", "x"),
    "digits": ("", "1", "x"),
    "dots": ("", ".", "x"),
    "digits and dots": ("", "1.", "x"),
    "signs": ("1", "-+", "x"),
    "commas": ("", "1,", "x"),
    "brackets": ("", "[(", "x"),
    "slashes": ("", "://", "x"),
    "URLs": ("", "http://", "x"),
    "letters and dots": ("http://", "a.", "!"),
    "at signs": ("", "a@", "!"),
    "combining characters": ("a", "\u0315\u0300", "x"),
    "NULs": ("1", "\0", "x"),
}
# All of them take half an hour. These are of the kinds that have been slow.
ALL = os.environ.get("OSMSITE_LONG_VALUES") == "all"
CALLED_WITH = ["blanks and tabs", "digits and dots", "commas", "URLs", "combining characters"]
OPENED_WITH = ["blanks and tabs", "digits and dots", "slashes"]
# The parts of the paths of pages, by the name of the parameter.
PARTS = {"display_name": "alice", "name": "alice", "locale": "de", "code": "0EEQjE--", "tag": "hill"}
# The parameters that functions of the toolkit read for the views that call them.
SHARED = {
    "bboxes_of(": {"bbox"},
    "cursor(": {"before", "after"},
    "page_number(": {"page"},
    "from_old_position(": {"lat", "lon", "zoom"},
    "method_meant(": {"_method"},
    "short_link": {"m", "node", "layers"},
}
_NAMES = re.compile(r"""(?:GET|POST|query|data)(?:\.get(?:list)?|\.pop)?[(\[]\s*["'](\w+)["']""")


@pytest.fixture
def client(db: None, trace_files: Path, caplog: pytest.LogCaptureFixture) -> Client:
    """A user with every role, with a session and a token."""
    # Each refused request is a warning, with its long path.
    caplog.set_level(logging.ERROR, logger="django.request")
    described_world.build()
    alice = User.objects.get(id=1)
    alice.roles.create(role=UserRole.Role.ADMINISTRATOR)
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


def send(client: Client, method: str, path: str, *, token: str = "", **given: Any) -> None:
    """Send a request within the time limit, check that it causes no server error, and roll back what it did."""
    cache.clear()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    what = f"{method} {path[:60]}"
    with time_limit(what), transaction.atomic():
        response = client.generic(method, path, headers=headers, **given)
        content = response.getvalue()
        transaction.set_rollback(True)
    assert response.status_code < 500 or response.status_code == 503, f"{what}: {content[:500]!r}"


def value_of(odd: str) -> str:
    begin, unit, end = ODD[odd]
    return begin + unit * REPETITIONS + end


def encoded(fields: Mapping[str, object]) -> str:
    """Return a query or form. It encodes only what has to be: decoding the rest would take most of the time."""
    return urlencode(fields, safe="/:,[(@!")


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD if ALL else CALLED_WITH)
def test_every_parameter_of_every_call_is_read_in_linear_time(client: Client, odd: str) -> None:
    value = value_of(odd)
    in_path = quote(value, safe=":,@!")
    for (method, template), call in CALLS.items():
        places = {item["name"]: "1" for item in call.parameters if item["in"] == "path"}
        places |= {name: str(place) for name, place in PLACES.get(call.id, {}).items()}
        query = QUERIES.get(call.id, {})
        named = [item["name"] for item in call.parameters if item["in"] == "query"]
        plain = template.format(**places)
        for name in places:
            send(client, method, template.format(**places | {name: in_path}), token="everything")
        for name in named:
            send(client, method, f"{plain}?{encoded(query | {name: value})}", token="everything")
        for body, content_type in bodies(call.body, call.example, value):
            path = f"{plain}?{urlencode(query)}" if query else plain
            send(client, method, path, token="everything", data=body, content_type=content_type)


def bodies(
    types: dict[str, Any], example: str | dict[str, object] | None, value: str
) -> Iterator[tuple[str, str]]:
    """Yield the bodies that a call takes, each with one value replaced, and their content types."""
    if isinstance(example, dict):
        fields: dict[str, object] = dict.fromkeys(next(iter(types.values())).get("properties", {}), "1")
        fields |= example
        for name in fields:
            changed = fields | {name: value}
            if FORM in types:
                yield encoded(changed), FORM
            if JSON in types:
                yield json.dumps(changed), JSON
    elif example and types:
        escaped = value.replace('"', "&quot;").replace("\0", "")
        for found in re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)', example):
            yield example[: found.start()] + escaped + example[found.end() :], next(iter(types))


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD if ALL else OPENED_WITH)
def test_every_parameter_of_every_page_is_read_in_linear_time(client: Client, odd: str) -> None:
    value = value_of(odd)
    in_path = quote(value, safe=":,@!")
    # These tokens have no application, and pages name it.
    AccessToken.objects.all().delete()
    for path, parts, view in pages():
        plain = path.format(**parts)
        for name in parts:
            send(client, "GET", path.format(**parts | {name: in_path}))
        for name in sorted(parameters_of(inspect.getmodule(view))):
            field = encoded({name: value})
            send(client, "GET", f"{plain}?{field}")
            send(client, "POST", plain, data=field, content_type=FORM)


def pages() -> Iterator[tuple[str, dict[str, str], Any]]:
    """Yield the path of each page with the names of its parts in braces, sensible parts, and its view."""
    seen = set()
    for route, view in walk(get_resolver()):
        if route.startswith("api/") or view in seen:
            continue
        seen.add(view)
        parts: dict[str, str] = {}

        def replaced(found: re.Match[str], parts: dict[str, str] = parts) -> str:
            name = found["path"] or found["regex"]
            choices = found["choices"]
            parts[name] = choices.split("|")[0] if choices and choices[0].isalpha() else PARTS.get(name, "1")
            return f"{{{name}}}"

        path = re.sub(r"<(?:\w+:)?(?P<path>\w+)>|\(\?P<(?P<regex>\w+)>(?P<choices>[^)]*)\)", replaced, route)
        yield "/" + path.replace("^", "").replace("$", "").replace("\\", ""), parts, inspect.unwrap(view)


def walk(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from walk(pattern, route)


def parameters_of(module: ModuleType | None) -> set[str]:
    """Return the names of parameters in the source of a module of views, and the fields of its forms."""
    assert module is not None
    source = inspect.getsource(module)
    found = set(_NAMES.findall(source))
    for function, names in SHARED.items():
        if function in source:
            found |= names
    for item in vars(module).values():
        if isinstance(item, type) and issubclass(item, forms.BaseForm):
            found |= set(getattr(item, "base_fields", {}))
    return found
