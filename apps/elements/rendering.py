"""Elements in XML and JSON, rendered by the database.

An SQL expression turns one row into its text: PostgreSQL renders 50,000 nodes in 20 ms, and no value becomes a Python
object (docs/decisions/0001-rendering-in-sql.md). The row is called `e`, its author `a`, with the columns of `AUTHORS`.

Each text starts on a new line. A JSON element starts with a comma, which has to be removed from the first one.
"""

from apps.osm.elements import ElementType
from apps.osm.formats import Format


def _escaped(text: str) -> str:
    """Return an expression that escapes a text for XML attributes, with white space that a parser would normalize."""
    for character, reference in (
        ("'&'", "&amp;"),
        ("'<'", "&lt;"),
        ("'>'", "&gt;"),
        ("'\"'", "&quot;"),
        (r"E'\t'", "&#9;"),
        (r"E'\n'", "&#10;"),
        (r"E'\r'", "&#13;"),
    ):
        text = f"replace({text}, {character}, '{reference}')"
    return text


AUTHORS = {
    Format.XML: f"""
      SELECT c.id, '" changeset="' || c.id || CASE WHEN u.data_public THEN
        '" user="' || {_escaped("u.display_name")} || '" uid="' || u.id ELSE '' END || '" timestamp="' AS author
      FROM changesets_changeset c JOIN users_user u ON u.id = c.user_id""",
    Format.JSON: """
      SELECT c.id, ',"changeset":' || c.id || CASE WHEN u.data_public THEN
        ',"user":' || to_json(u.display_name) || ',"uid":' || u.id ELSE '' END AS author
      FROM changesets_changeset c JOIN users_user u ON u.id = c.user_id""",
}
"""Selects for each changeset its id and `author`: the attributes changeset, user and uid of an element, in XML up to
the value of the timestamp. Authors whose data is not public are not named."""

AUTHOR_OF_E = {
    output_format: f"CROSS JOIN LATERAL (SELECT * FROM ({authors}) a WHERE a.id = e.changeset_id OFFSET 0) a"
    for output_format, authors in AUTHORS.items()
}
"""Joins the author to each row `e` by index, whatever count of rows the planner estimates."""

_VISIBLE = """CASE WHEN e.visible THEN '" visible="true" version="' ELSE '" visible="false" version="' END"""
_TIMESTAMP = """to_char(e.timestamp, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_LAT, _LON = "e.lat * 0.0000001", "e.lon * 0.0000001"
"""Numeric multiplication gives exactly seven decimals."""

# Tags are stored as `{"k":"v","k2":"v2"}`. If nothing in this text is escaped, a quote can only begin or end a key or a
# value, so replacing the text between them gives the <tag> elements, six times faster than parsing the object. Tags
# with quotes, backslashes or control characters take the slow way.
_TAGS_XML = f"""
  CASE WHEN e.tags::text = '{{}}' THEN ''
  WHEN strpos(e.tags::text, '\\') = 0 THEN
    '  <tag k=' || replace(replace(replace(replace(replace(substr(e.tags::text, 2, length(e.tags::text) - 2),
      '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '":"', '" v="'), '","', E'"/>\\n  <tag k="') || E'/>\\n'
  ELSE (SELECT string_agg('  <tag k="' || {_escaped("key")} || '" v="' || {_escaped("value")} || E'"/>\\n', '')
    FROM json_each_text(e.tags)) END"""

_MEMBER_TYPE = "(ARRAY['node', 'way', 'relation'])[m.type]"
_MEMBERS = "unnest(e.member_types, e.member_refs, e.member_roles) AS m(type, ref, role)"

_CHILDREN_XML = {
    ElementType.NODE: "''",
    ElementType.WAY: """CASE WHEN e.nodes = '{}' THEN '' ELSE
        E'  <nd ref="' || array_to_string(e.nodes, E'"/>\\n  <nd ref="') || E'"/>\\n' END""",
    ElementType.RELATION: f"""coalesce((SELECT string_agg('  <member type="' || {_MEMBER_TYPE} || '" ref="' || m.ref
        || '" role="' || {_escaped("m.role")} || E'"/>\\n', '') FROM {_MEMBERS}), '')""",
}

_CHILDREN_JSON = {
    ElementType.NODE: "''",
    ElementType.WAY: """CASE WHEN e.nodes = '{}' THEN '' ELSE
        ',"nodes":[' || array_to_string(e.nodes, ',') || ']' END""",
    ElementType.RELATION: f"""coalesce((SELECT ',"members":[' || string_agg('{{"type":"' || {_MEMBER_TYPE}
        || '","ref":' || m.ref || ',"role":' || to_json(m.role) || '}}', ',') || ']' FROM {_MEMBERS}), '')""",
}

_HAS_CHILDREN = {
    ElementType.NODE: "false",
    ElementType.WAY: "e.nodes <> '{}'",
    ElementType.RELATION: "e.member_refs <> '{}'",
}


def _xml(kind: ElementType) -> str:
    position = (
        f"""CASE WHEN e.visible THEN '" lat="' || {_LAT} || '" lon="' || {_LON} ELSE '' END"""
        if kind is ElementType.NODE
        else "''"
    )
    return f"""' <{kind.label} id="' || e.id || {_VISIBLE} || e.version || a.author || {_TIMESTAMP} || {position} ||
      CASE WHEN e.tags::text = '{{}}' AND NOT {_HAS_CHILDREN[kind]} THEN E'"/>\\n'
      ELSE E'">\\n' || {_CHILDREN_XML[kind]} || {_TAGS_XML} || E' </{kind.label}>\\n' END"""


def _json(kind: ElementType) -> str:
    position = f""" ',"lat":' || {_LAT} || ',"lon":' || {_LON}""" if kind is ElementType.NODE else "''"
    return f"""E',\\n{{"type":"{kind.label}","id":' || e.id ||
      CASE WHEN e.visible THEN {position} ELSE '' END || ',"timestamp":"' || {_TIMESTAMP} || '","version":'
      || e.version || a.author || CASE WHEN e.visible THEN '' ELSE ',"visible":false' END
      || {_CHILDREN_JSON[kind]} || CASE WHEN e.tags::text = '{{}}' THEN '' ELSE ',"tags":' || e.tags::text END || '}}'"""


ELEMENT = {
    (kind, output_format): (_xml if output_format is Format.XML else _json)(kind)
    for kind in ElementType
    for output_format in Format
}
"""The expression for a row `e` with author `a`."""
