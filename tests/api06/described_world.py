"""A small world in which the example of each call in the description succeeds.

Node 1, way 1 and relation 1 have two versions; changeset 1 is open, changeset 2 is closed and discussed; user 1 is
the moderator whose token is used. Everything else has the id 1.
"""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.changesets.models import Changeset, ChangesetComment, ChangesetSubscription
from apps.messaging.models import Message
from apps.moderation.models import Redaction
from apps.notes.models import Note, NoteSubscription
from apps.oauth.scopes import DESCRIPTIONS
from apps.traces.models import Trace
from apps.users.models import User, UserBlock, UserPreference, UserRole
from tests.messaging.letters import letter
from tests.traces.files import POINT, gpx, imported
from tests.worlds import load

_WORLD = """
    c1 k9 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i1 ualice Tcomment=Survey
    c2 k5 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d1 i2 ubob x9.5 y47.1 X9.6 Y47.2
    n1 v1 dV c2 t2020-01-01T00:00:00Z i2 ubob x9.5 y47.1 Tname=old
    n1 v2 dV c1 t2020-02-01T00:00:00Z i1 ualice x9.5 y47.1 Tname=new
    n2 v1 dV c2 t2020-01-01T00:00:00Z i2 ubob x9.51 y47.1 T
    n3 v1 dV c2 t2020-01-01T00:00:00Z i2 ubob x9.52 y47.1 T
    n4 v2 dD c2 t2020-01-01T00:00:00Z i2 ubob T
    w1 v1 dV c2 t2020-01-01T00:00:00Z i2 ubob Thighway=path Nn2,n3
    w1 v2 dV c1 t2020-02-01T00:00:00Z i1 ualice Thighway=path,name=X Nn3,n2
    w2 v2 dD c2 t2020-01-01T00:00:00Z i2 ubob T N
    r1 v1 dV c2 t2020-01-01T00:00:00Z i2 ubob Ttype=route Mn3@stop
    r1 v2 dV c1 t2020-02-01T00:00:00Z i1 ualice Ttype=route Mn3@stop,n99@,r99@
"""

TOKENS = ["everything", "nothing", "mallory", "unknown", ""]
"""Tokens of the moderator with all scopes and with none, of a blocked user, an unknown token, and no token."""


_NUMBERED = [ChangesetComment, UserBlock, Redaction, Note, Message, Trace]


def build() -> None:
    with connection.cursor() as cursor:
        for model in _NUMBERED:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ALTER COLUMN id RESTART")
    load(_WORLD)
    now = timezone.now()
    alice, bob = User.objects.get(id=1), User.objects.get(id=2)
    mallory = User.objects.create_user("mallory", "mallory@example.org", "correct horse")
    for user in (alice, bob, mallory):
        user.status, user.terms_seen, user.terms_agreed = User.Status.ACTIVE, True, now
        user.data_public = True
        user.languages, user.home_lat, user.home_lon, user.home_zoom = "de en", 47.1, 9.5, 14
        user.email = user.email or f"{user.display_name}@example.org"
        user.image_use_gravatar = True
        user.save()
    alice.roles.create(role=UserRole.Role.MODERATOR)
    UserBlock.objects.create(user=mallory, creator=alice, reason="Vandalism", ends_at=now + timedelta(days=1))
    for token, user, scope in [
        ("everything", alice, " ".join(DESCRIPTIONS)),
        ("nothing", alice, ""),
        ("mallory", mallory, " ".join(DESCRIPTIONS)),
    ]:
        AccessToken.objects.create(user=user, token=token, scope=scope, expires=now + timedelta(days=1))
    Changeset.objects.filter(id=1).update(created_at=now, closed_at=now + timedelta(hours=1))
    ChangesetComment.objects.create(
        changeset_id=2, author=bob, body="Is <this> right?", visible=True, created_at=now
    )
    Redaction.objects.create(title="Copied", description="From another map", user=alice)
    ChangesetSubscription.objects.create(changeset_id=2, user=alice)
    UserPreference.objects.create(user=alice, k="1", v="green")
    letter(bob, alice)
    imported(alice, gpx(POINT))
    for status, closed_at in [("open", None), ("closed", now), ("hidden", now)]:
        note = Note.objects.create(lat=471_000_000, lon=95_000_000, status=status, closed_at=closed_at)
        note.comments.create(author=bob, event="opened", body="Look at <this>")
        note.comments.create(event="commented", body="")
    NoteSubscription.objects.create(note_id=2, user=alice)
