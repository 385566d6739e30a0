"""The hundred calls of the API, as listed in upstream behaviour 1.1."""

import re
from typing import NamedTuple

from conformance.grammar import Case

_VALUE = re.compile(r"\{\{[^{}]*\}\}")
_SUFFIX = r"(\.(xml|json|rss|gpx))?"


class Call(NamedTuple):
    """A method and a path, in which `#` stands for a number and `*` for a key."""

    method: str
    path: str

    def is_made_by(self, case: Case) -> bool:
        target = _VALUE.sub("1", _VALUE.sub("1", case.target)).partition("?")[0]
        pattern = re.escape(self.path).replace(r"\#", "[0-9]+").replace(r"\*", "[^/]+")
        return case.method == self.method and bool(re.fullmatch(pattern + _SUFFIX, target))


def _calls() -> list[Call]:
    site = """
        GET /api/capabilities
        GET /api/versions
        GET /api/0.6/capabilities
        GET /api/0.6/permissions
        GET /api/0.6/changesets
        POST /api/0.6/changesets
        PUT /api/0.6/changeset/create
        GET /api/0.6/changeset/#
        PUT /api/0.6/changeset/#
        POST /api/0.6/changeset/#/upload
        GET /api/0.6/changeset/#/download
        PUT /api/0.6/changeset/#/close
        POST /api/0.6/changeset/#/subscription
        DELETE /api/0.6/changeset/#/subscription
        POST /api/0.6/changeset/#/subscribe
        POST /api/0.6/changeset/#/unsubscribe
        POST /api/0.6/changeset/#/comment
        GET /api/0.6/changeset_comments
        POST /api/0.6/changeset_comments/#/visibility
        DELETE /api/0.6/changeset_comments/#/visibility
        POST /api/0.6/changeset/comment/#/unhide
        POST /api/0.6/changeset/comment/#/hide
        GET /api/0.6/map
        GET /api/0.6/users
        GET /api/0.6/user/#
        GET /api/0.6/user/details
        GET /api/0.6/user/preferences
        PUT /api/0.6/user/preferences
        GET /api/0.6/user/preferences/*
        PUT /api/0.6/user/preferences/*
        DELETE /api/0.6/user/preferences/*
        POST /api/0.6/user/messages
        GET /api/0.6/user/messages/#
        PUT /api/0.6/user/messages/#
        POST /api/0.6/user/messages/#
        DELETE /api/0.6/user/messages/#
        GET /api/0.6/user/messages/inbox
        GET /api/0.6/user/messages/outbox
        GET /api/0.6/trackpoints
        GET /api/0.6/user/gpx_files
        POST /api/0.6/gpx
        POST /api/0.6/gpx/create
        GET /api/0.6/gpx/#
        GET /api/0.6/gpx/#/details
        PUT /api/0.6/gpx/#
        DELETE /api/0.6/gpx/#
        GET /api/0.6/gpx/#/data
        GET /api/0.6/notes
        POST /api/0.6/notes
        GET /api/0.6/notes/#
        DELETE /api/0.6/notes/#
        POST /api/0.6/notes/#/comment
        POST /api/0.6/notes/#/close
        POST /api/0.6/notes/#/reopen
        GET /api/0.6/notes/search
        GET /api/0.6/notes/feed
        POST /api/0.6/notes/#/subscription
        DELETE /api/0.6/notes/#/subscription
        GET /api/0.6/user_blocks/#
        POST /api/0.6/user_blocks
        GET /api/0.6/user/blocks/active
        GET /api/0.6/node/#/ways
        GET /api/0.6/way/#/full
        GET /api/0.6/relation/#/full
    """
    each = """
        GET /api/0.6/{kind}s
        POST /api/0.6/{kind}s
        PUT /api/0.6/{kind}/create
        GET /api/0.6/{kind}/#
        PUT /api/0.6/{kind}/#
        DELETE /api/0.6/{kind}/#
        GET /api/0.6/{kind}/#/relations
        GET /api/0.6/{kind}/#/history
        GET /api/0.6/{kind}/#/#
        POST /api/0.6/{kind}/#/#/redaction
        DELETE /api/0.6/{kind}/#/#/redaction
        POST /api/0.6/{kind}/#/#/redact
    """
    lines = site + "".join(each.format(kind=kind) for kind in ("node", "way", "relation"))
    return [Call(*line.split()) for line in lines.splitlines() if line.strip()]


CALLS = _calls()
