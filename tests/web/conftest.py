"""A village of two streets, a cafe, a bus line and their past."""

import pytest

from apps.elements.models import OldNode
from apps.moderation.models import Redaction
from apps.users.models import User
from tests.worlds import load

VILLAGE = r"""
    c1 k6 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i11 uanna x9.50 y47.10 X9.52 Y47.12 Tcomment=First%20%survey,created_by=JOSM
    c2 k3 s2020-02-01T00:00:00Z e2020-02-01T01:00:00Z d0 i12 ubert x9.50 y47.10 X9.51 Y47.11
    c3 k1 s2020-03-01T00:00:00Z e2020-03-01T01:00:00Z d0 i11 uanna x9.50 y47.10 X9.50 Y47.10 Tcomment=The%20%cafe%20%has%20%moved
    n1 v1 dV c1 t2020-01-01T00:10:00Z i11 uanna Tamenity=cafe,name=Adler,phone=+423%20%123%20%45%20%67 x9.5000000 y47.1000000
    n1 v2 dV c2 t2020-02-01T00:10:00Z i12 ubert Tamenity=restaurant,name=Adler x9.5000000 y47.1000000
    n1 v3 dV c3 t2020-03-01T00:10:00Z i11 uanna Tamenity=restaurant,name=Adler,website=https://adler.example x9.5001000 y47.1000000
    n2 v1 dV c1 t2020-01-01T00:10:00Z i11 uanna x9.5100000 y47.1000000
    n3 v1 dV c1 t2020-01-01T00:10:00Z i11 uanna x9.5200000 y47.1200000
    n4 v1 dV c1 t2020-01-01T00:10:00Z i11 uanna x9.5150000 y47.1100000
    n4 v2 dD c2 t2020-02-01T00:20:00Z i12 ubert
    w1 v1 dV c1 t2020-01-01T00:20:00Z i11 uanna Thighway=residential,name=Main%20%Street Nn1,n2
    w1 v2 dV c2 t2020-02-01T00:20:00Z i12 ubert Thighway=residential,name=Main%20%Street,surface=asphalt Nn1,n2,n3
    w2 v1 dV c1 t2020-01-01T00:20:00Z i11 uanna Thighway=footway Nn2,n3
    r1 v1 dV c1 t2020-01-01T00:30:00Z i11 uanna Ttype=route,route=bus,name=Line%20%1 Mw1@,n1@stop,r99@
"""


@pytest.fixture
def village(db: None) -> None:
    load(VILLAGE)


@pytest.fixture
def nameless(village: None) -> None:
    """A node that came without an author."""
    load("n5 v1 dV c4 t2020-02-01T00:10:00Z x9.5050000 y47.1050000")


@pytest.fixture
def redacted(village: None, moderator: User) -> Redaction:
    """The second version of node 1 is out of sight."""
    redaction = Redaction.objects.create(title="Copied", description="From another map", user=moderator)
    OldNode.objects.filter(id=1, version=2).update(redaction=redaction)
    return redaction
