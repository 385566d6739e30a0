from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.changesets import actions
from apps.changesets.models import Changeset
from apps.users.models import User
from tests import worlds

WORLD = """
    n1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice x9.5 y47.1 Tname=old
    n1 v2 dV c2 t2020-02-01T00:00:00Z i2 ubob x9.5 y47.1 Tamenity=bench,name=new%20%bench
    n2 v1 dV c1 t2020-01-01T00:00:01Z i1 ualice x9.51 y47.11 T
    n3 v1 dV c1 t2020-01-01T00:00:02Z i1 ualice x9.52 y47.12 T
    n3 v2 dD c2 t2020-02-01T00:00:01Z i2 ubob x y T
    n4 v7 dV c3 t2020-03-01T00:00:00Z i0 u x0 y0.0000001 T
    n5 v1 dV c2 t2020-02-01T00:00:02Z i2 ubob x9.9 y47.9 T
    w1 v1 dV c1 t2020-01-01T00:00:03Z i1 ualice Thighway=path Nn1,n2
    w1 v2 dV c2 t2020-02-01T00:00:03Z i2 ubob Thighway=path,name=X Nn2,n1,n2,n5
    w2 v1 dD c2 t2020-02-01T00:00:04Z i2 ubob T N
    r1 v1 dV c2 t2020-02-01T00:00:05Z i2 ubob Ttype=route Mw1@forward,n4@,n1@stop,w99@
    r2 v1 dV c2 t2020-02-01T00:00:06Z i2 ubob T Mr1@part,r2@
    r3 v1 dV c2 t2020-02-01T00:00:07Z i2 ubob T Mr2@
    r4 v1 dV c2 t2020-02-01T00:00:08Z i2 ubob T M
"""


@pytest.fixture
def world(db: None) -> None:
    """Two mappers who work around Vaduz, and one whose edits are private."""
    worlds.load(WORLD)


EDITED_WORLD = """
    n1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.5 y47.1 Tname=one
    n2 v3 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.6 y47.2 T
    n3 v2 dD c1 t2020-01-01T00:00:00Z i900 ucarol x y T
    n4 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.9 y47.9 T
    w1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Thighway=path Nn1,n2
    r1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Ttype=x Mw1@a,n4@b
    r2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr1@
"""


@pytest.fixture
def token(alice: User) -> str:
    AccessToken.objects.create(
        user=alice, token="secret", scope="write_api", expires=timezone.now() + timedelta(days=1)
    )
    worlds.load(EDITED_WORLD)
    return "Bearer secret"


@pytest.fixture
def changeset(token: str, alice: User) -> Changeset:
    return actions.open_changeset(alice, tags={"comment": "by hand"})
