"""The extracts that tests read: the sample (scripts/make_sample.py), and real ones where the machine has them."""

from pathlib import Path

import pytest
from django.conf import settings

SAMPLE = Path(__file__).with_name("data") / "sample.osm.pbf"
HISTORY = Path(__file__).with_name("data") / "sample.osh.pbf"
"""Every version of the sample's elements, and what was deleted from it."""

_REAL = Path(settings.BASE_DIR).parent / "shared" / "data"

COUNTS = {
    SAMPLE: (10_673, 2_285, 27),
    _REAL / "liechtenstein-2015.osm.pbf": (142_832, 15_247, 358),
    _REAL / "liechtenstein-2022.osm.pbf": (306_700, 32_585, 890),
}
"""How many nodes, ways and relations each file holds."""

EXTRACTS = [pytest.param(path, id=path.name) for path in COUNTS if path.exists()]
