"""osm-api, the JavaScript package for the API, makes every call it knows to a live instance."""

import pytest
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer

from apps.moderation.models import Redaction
from apps.oauth.actions import create_token
from apps.users.models import UserRole
from tests import worlds
from tests.conftest import make_user

from .javascript import run

SCOPES = [
    "read_prefs",
    "write_prefs",
    "write_api",
    "write_changeset_comments",
    "write_notes",
    "consume_messages",
    "send_messages",
    "write_redactions",
    "write_blocks",
]
# Way 1 has two nodes, is a member of a relation, and used to be a road.
WORLD = """
    c1 k5 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol x9.50 y47.10 X9.51 Y47.11
    n1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.50 y47.10
    n2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.51 y47.11
    w1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Thighway=road Nn1,n2
    w1 v2 dV c1 t2020-01-01T00:10:00Z i900 ucarol Thighway=path Nn1,n2
    r1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Ttype=route Mw1@
"""


@pytest.mark.django_db(transaction=True)
def test_osm_api_makes_every_call_it_knows(django_db_reset_sequences: None, live_server: LiveServer) -> None:
    cache.clear()
    worlds.load(WORLD)
    moderator = make_user("moderator", role=UserRole.Role.MODERATOR)
    tokens = {
        user: create_token(user, scopes=SCOPES) for user in (make_user("alice"), make_user("bob"), moderator)
    }
    redaction = Redaction.objects.create(title="Copied", description="From another map", user=moderator)
    people = {user.display_name.upper(): token for user, token in tokens.items()}
    run("osm_api.mjs", API_URL=live_server.url, REDACTION=str(redaction.pk), **people)
