"""Uploads for tests."""

from apps.changesets.models import Changeset

from .client import Response, send


def upload(changeset: Changeset, actions_xml: str) -> Response:
    """Upload the actions; `CS` stands for the changeset's id."""
    body = f"<osmChange>{actions_xml}</osmChange>".replace("CS", f'changeset="{changeset.pk}"')
    return send("POST", f"changeset/{changeset.pk}/upload", body)


def lines(response: Response) -> list[tuple[str, ...]]:
    assert response.status == 200, response.text
    return [(line.tag, *map(str, line.attrib.values())) for line in response.xml]


CREATE = """<create>
  <node id="-1" CS lat="47.3" lon="9.3"><tag k="a" v="&lt;&quot;b&quot;&gt;"/></node>
  <node id="-2" CS lat="47.4" lon="9.4"/>
  <way id="-1" CS><nd ref="-1"/><nd ref="-2"/><nd ref="1"/><tag k="highway" v="path"/></way>
  <relation id="-1" CS><member type="way" ref="-1" role="x"/><member type="node" ref="-2" role=""/></relation>
</create>"""
