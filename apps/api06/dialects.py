"""The two ways in which openstreetmap.org responds: its website's and cgimap's.

cgimap serves the reads of the map and most writes, the website everything else; their responses differ in
small ways that clients see. A `Dialect` holds these differences; each method of a view names one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.osm import osmxml
from apps.osm.errors import (
    AccessDeniedError,
    BlockedError,
    NotAcceptableError,
    NotAuthenticatedError,
    OsmError,
    UnsupportedEncodingError,
    UrgentMessageError,
)

from .documents import ORIGIN


@dataclass(frozen=True)
class Dialect:
    """Response details that individual calls do not set."""

    error_content_type: str
    cache_control: str
    error_origin: osmxml.Origin | None
    """The attributes of the root of an `<osmError>`."""
    messages: Mapping[type[OsmError], str]
    """The texts that differ from those of the error classes."""
    body_only_errors: tuple[type[OsmError], ...] = ()
    """Errors whose text is in the body only: without the header `Error`, and never as XML."""
    checks_encoding_first: bool = False
    """Whether an unknown `Content-Encoding` is refused before everything else (upstream behaviour 1.2, step 1);
    otherwise when the body is read."""
    suffix_decides: bool = True
    """Whether the suffix of the URL, or the parameter `format`, makes the `Accept` header irrelevant."""
    names_identity: bool = False
    """Whether an uncompressed document has the header `Content-Encoding: identity`."""
    allows_credentials: bool = False
    """Whether CORS headers allow pages of other sites to send credentials."""


WEBSITE = Dialect(
    error_content_type="text/plain; charset=utf-8",
    cache_control="max-age=0, private, must-revalidate",
    error_origin=ORIGIN,
    messages={UnsupportedEncodingError: "", NotAcceptableError: ""},
    body_only_errors=(NotAuthenticatedError,),
    checks_encoding_first=True,
)

CGIMAP = Dialect(
    error_content_type="text/plain",
    cache_control="private, max-age=0, must-revalidate",
    error_origin=None,
    messages=dict.fromkeys(
        [BlockedError, UrgentMessageError],
        # Whatever the kind of block.
        "Your access to the API has been blocked. Please log-in to the web interface to find out more.",
    ),
    suffix_decides=False,
    names_identity=True,
    allows_credentials=True,
)

WEBSITE_BEHIND_CGIMAP = replace(
    CGIMAP,
    error_content_type=WEBSITE.error_content_type,
    error_origin=WEBSITE.error_origin,
    messages={UnsupportedEncodingError: ""},
    body_only_errors=WEBSITE.body_only_errors,
    checks_encoding_first=True,
    suffix_decides=True,
)
"""Writes of the website at paths whose reads are cgimap's: single elements."""

TRACES = replace(WEBSITE, messages={**WEBSITE.messages, AccessDeniedError: ""})
CACHED = replace(WEBSITE, cache_control="max-age=3600, public")


def unsupported(dialect: Dialect) -> Dialect:
    """Return the dialect of methods that a path does not have: no call reads their body, so the encoding is checked first."""
    messages = {**dialect.messages, UnsupportedEncodingError: ""}
    return replace(dialect, checks_encoding_first=True, messages=messages)
