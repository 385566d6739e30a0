"""System checks for mistakes in the configuration, each with an id and a hint."""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 (Django's name)
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connections

from apps.instance.status import STATUS_MODES
from apps.web.operator import LARGEST_LOGO, LOGO_TYPES, own_logo

EDITORS = ("id", "remote")
OLDEST_POSTGRESQL = 15
PACKAGES = ("vendor/bootstrap", "vendor/htmx", "vendor/maplibre", "style")


@register
def status(**_kwargs: Any) -> list[CheckMessage]:
    if settings.STATUS in STATUS_MODES:
        return []
    hint = f"Set it to one of {', '.join(STATUS_MODES)}."
    return [Error(f"OSMSITE_STATUS is {settings.STATUS!r}", hint=hint, id="osmsite.E001")]


@register
def public_url(**_kwargs: Any) -> list[CheckMessage]:
    hint = "Set it to the public URL of the site, like https://osm.example.org, without a path."
    try:
        parts = urlsplit(settings.PUBLIC_URL)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme in {"http", "https"}
        and parts.hostname
        and not (parts.path or parts.query or parts.fragment)
    ):
        return []
    return [Error(f"OSMSITE_URL is {settings.PUBLIC_URL!r}", hint=hint, id="osmsite.E002")]


@register
def limits(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"OSMSITE_{name} is {getattr(settings, name)}",
            hint="A limit must be a number above 0.",
            id="osmsite.E003",
        )
        for name in settings.LIMITS
        if not (math.isfinite(getattr(settings, name)) and getattr(settings, name) > 0)
    ]


@register
def default_limits(**_kwargs: Any) -> list[CheckMessage]:
    """Check that a query returns no more by default than it may ask for."""
    return [
        Error(
            f"OSMSITE_DEFAULT_{name} is above OSMSITE_MAX_{name}",
            hint="Lower the default or raise the maximum.",
            id="osmsite.E004",
        )
        for name in (
            "CHANGESET_QUERY_LIMIT",
            "CHANGESET_COMMENT_QUERY_LIMIT",
            "CHANGESET_COMMENTS_FEED_QUERY_LIMIT",
            "MESSAGE_QUERY_LIMIT",
            "NOTE_QUERY_LIMIT",
        )
        if getattr(settings, f"DEFAULT_{name}") > getattr(settings, f"MAX_{name}")
    ]


@register
def secret_key(**_kwargs: Any) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= 32:
        return []
    hint = "Leave it unset to have one generated and stored in the data folder."
    return [Error("OSMSITE_SECRET_KEY is shorter than 32 characters", hint=hint, id="osmsite.E005")]


@register
def default_editor(**_kwargs: Any) -> list[CheckMessage]:
    if settings.DEFAULT_EDITOR in EDITORS:
        return []
    hint = f"Set it to one of {', '.join(EDITORS)}."
    return [Error(f"OSMSITE_DEFAULT_EDITOR is {settings.DEFAULT_EDITOR!r}", hint=hint, id="osmsite.E007")]


@register(Tags.database)
def postgresql_version(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    hint = f"Use PostgreSQL {OLDEST_POSTGRESQL} or later, or unset DATABASE_URL to use the embedded one."
    messages: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            number = int(cursor.fetchone()[0])
        if number < OLDEST_POSTGRESQL * 10_000:
            messages.append(
                Error(f"The database is PostgreSQL {number // 10_000}", hint=hint, id="osmsite.E006")
            )
    return messages


@register
def operators_site(**_kwargs: Any) -> list[CheckMessage]:
    """Check what pages and mails call the site, and where they say to write to."""
    messages: list[CheckMessage] = []
    for name, text, longest in (("NAME", settings.SITE_NAME, 60), ("OPERATOR", settings.OPERATOR, 200)):
        # Some scripts need joiners within words.
        if len(text) > longest or not text.translate({0x200C: None, 0x200D: None}).isprintable():
            hint = f"Set it to one line of at most {longest} characters."
            messages.append(Error(f"OSMSITE_{name} is {text!r}", hint=hint, id="osmsite.E008"))
    try:
        validate_email(settings.SUPPORT_EMAIL or "nobody@example.org")
        is_address = settings.SUPPORT_EMAIL.isascii()
    except ValidationError:
        is_address = False
    if not is_address:
        hint = "Set it to an email address in ASCII, like help@example.org."
        messages.append(
            Error(f"OSMSITE_SUPPORT_EMAIL is {settings.SUPPORT_EMAIL!r}", hint=hint, id="osmsite.E009")
        )
    if settings.LOGO and own_logo() is None:
        hint = f"Set it to the path of an image ({', '.join(LOGO_TYPES)}) of at most {LARGEST_LOGO:,} bytes."
        messages.append(Error(f"OSMSITE_LOGO is {settings.LOGO!r}", hint=hint, id="osmsite.E010"))
    return messages


@register
def front_end_packages(**_kwargs: Any) -> list[CheckMessage]:
    found = {entry[0] for entry in settings.STATICFILES_DIRS if isinstance(entry, tuple)}
    missing = [package.removeprefix("vendor/") for package in PACKAGES if package not in found]
    if not settings.TAGGING_SCHEMA_DIR.is_dir():
        missing.append("id-tagging-schema")
    if "@openstreetmap/id/dist" not in settings.EDITOR_FOLDERS:
        missing.append("id")
    if not missing:
        return []
    hint = "Run make install. Pages work without them; the map, the editor and the names of features do not."
    return [Warning(f"Front-end packages are missing: {', '.join(missing)}", hint=hint, id="osmsite.W001")]


@register
def debugging_in_public(**_kwargs: Any) -> list[CheckMessage]:
    if not settings.DEBUG or urlsplit(settings.PUBLIC_URL).hostname in {"127.0.0.1", "localhost", "::1"}:
        return []
    hint = "Unset OSMSITE_DEBUG: error pages show the settings to everyone."
    return [Warning("OSMSITE_DEBUG is on, and the site has a public URL", hint=hint, id="osmsite.W002")]
