"""Small worlds for tests, written as text and loaded by the importer itself.

load('''
    c1 k1 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d1 i1 ualice
    n1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice x9.5 y47.1 Tname=a
    w1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Nn1,n2
    r1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Mn1@via,w1@
''')
"""

import io
import tempfile
from pathlib import Path
from textwrap import dedent

from django.core.management.base import OutputWrapper

from apps.planet.importer import Summary, import_file
from apps.planet.progress import Progress


def load(opl: str) -> Summary:
    """Load a world written as OPL (one element per line, in any order) into the database."""
    return _load(dedent(opl).strip() + "\n", ".opl")


def load_xml(text: str) -> Summary:
    """Load a world written as OSM XML or osmChange into the database."""
    return _load(dedent(text).strip(), ".osm")


def _load(text: str, suffix: str) -> Summary:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"world{suffix}")
        path.write_text(text)
        return import_file(path, Progress(OutputWrapper(io.StringIO()), path.name))
