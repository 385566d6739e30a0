"""Valid calls, as well-behaved programs send them; mutations.py breaks them."""

import io
import tarfile
import zipfile
from dataclasses import dataclass, field, replace

XML, FORM, JSON, MULTIPART = (
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=xyz",
)
GPX = (
    '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    '<trkpt lat="47.1" lon="9.5"><ele>450.5</ele><time>2020-01-01T00:00:00Z</time></trkpt>'
    '<trkpt lat="47.1001" lon="9.5001"><time>2020-01-01T00:00:05.5Z</time></trkpt></trkseg></trk></gpx>'
)
OPEN = 77
"""Id of the changeset for uploads and other changes of elements; the next one may be closed."""
OSM_CHANGE = (
    '<osmChange version="0.6" generator="x"><create><node id="-1" changeset="77" lat="47.1" lon="9.5">'
    '<tag k="name" v="a &amp; b"/></node><way id="-2" changeset="77"><nd ref="-1"/><nd ref="1"/></way>'
    '<relation id="-3" changeset="77"><member type="way" ref="-2" role="x"/></relation></create>'
    '<modify><node id="1" version="1" changeset="77" lat="47.2" lon="9.6"/></modify>'
    '<delete if-unused="true"><node id="4" version="1" changeset="77"/></delete></osmChange>'
)
CHANGESET = (
    '<osm><changeset><tag k="comment" v="by hand"/><tag k="created_by" v="JOSM/1.5"/></changeset></osm>'
)


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def but(self, **changes: object) -> "Call":
        return replace(self, **changes)  # type: ignore[arg-type]


def zipped(content: bytes, name: str = "a.gpx") -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
        file.writestr("../../b.gpx", content)
    return archive.getvalue()


def tarred(content: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as file:
        for name in ("/etc/a.gpx", "../b.gpx"):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("link.gpx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
    return archive.getvalue()


def multipart(content: bytes, name: str) -> bytes:
    fields = {"description": "a walk", "tags": "hill, dog", "visibility": "trackable"}
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}'.encode() for key in fields]
    head = (
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/gpx+xml'
    )
    parts.append(head.encode() + b"\r\n\r\n" + content)
    return b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


def _xml(method: str, path: str, body: str) -> Call:
    return Call(method, f"/api/0.6/{path}", body=body.encode(), content_type=XML)


def _form(path: str, body: str, method: str = "POST") -> Call:
    return Call(method, path, body=body.encode(), content_type=FORM)


def _api_form(path: str, body: str, method: str = "POST") -> Call:
    return _form(f"/api/0.6/{path}", body, method)


def _osm(inner: str) -> str:
    return f'<osm version="0.6">{inner}</osm>'


NODE = '<node {}changeset="77" lat="47.1" lon="9.5"><tag k="amenity" v="bench"/></node>'
WAY = '<way {}changeset="77"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
RELATION = '<relation {}changeset="77"><member type="node" ref="1" role="a"/><tag k="type" v="x"/></relation>'
UPDATED = 'id="1" version="1" '

WRITES = [
    *[_xml("POST", "changeset/77/upload", OSM_CHANGE)] * 6,
    _xml("PUT", "changeset/create", CHANGESET),
    _xml("POST", "changesets", CHANGESET),
    _xml("PUT", "changeset/77", CHANGESET),
    _xml("PUT", "changeset/78/close", ""),
    *[
        _xml(method, path.format(kind), _osm(document.format(given)))
        for kind, document in (("node", NODE), ("way", WAY), ("relation", RELATION))
        for method, path, given in (
            ("PUT", "{}/create", ""),
            ("POST", "{}s", ""),
            ("PUT", "{}/1", UPDATED),
            ("DELETE", "{}/1", UPDATED),
        )
    ],
    _api_form("changeset/1/comment", "text=Is+this+so%3F"),
    _api_form("changeset/1/subscribe", ""),
    _api_form("changeset_comments/1/visibility", ""),
    _api_form("user_blocks", "user=2&reason=x&period=24&needs_view=true"),
    _api_form("node/1/1/redaction", "redaction=1"),
    _api_form("node/1/1/redact", "redaction=1"),
    _api_form("notes", "lat=47.1&lon=9.5&text=A+bench"),
    Call("POST", "/api/0.6/notes.json", body=b'{"lat":47.1,"lon":9.5,"text":"x"}', content_type=JSON),
    _api_form("notes/1/comment", "text=Done"),
    _api_form("notes/1/close", "text=Done"),
    _api_form("notes/1/reopen", "text=Not+done"),
    _api_form("user/messages", "recipient=bob&title=Hello&body=A+text&body_format=markdown"),
    _api_form("user/messages/1", "read_status=true"),
    _xml("PUT", "user/preferences", _osm('<preferences><preference k="a" v="b"/></preferences>')),
    Call("PUT", "/api/0.6/user/preferences/color", body=b"dark", content_type="text/plain"),
    *[
        Call("POST", "/api/0.6/gpx/create", body=multipart(content, name), content_type=MULTIPART)
        for content, name in (
            (GPX.encode(), "a.gpx"),
            (zipped(GPX.encode()), "a.zip"),
            (tarred(GPX.encode()), "a.tar.gz"),
        )
    ]
    * 2,
    _xml("PUT", "gpx/1", _osm('<gpx_file id="1" name="a" visibility="private"><tag>x</tag></gpx_file>')),
    _form("/oauth2/token", "grant_type=authorization_code&code=x&client_id=y&redirect_uri=z&code_verifier=w"),
    _form("/oauth2/revoke", "token=secret"),
    _form("/oauth2/introspect", "token=x"),
    _form("/oauth2/applications", "name=x&redirect_uris=https%3A%2F%2Fa.example&scopes=read_prefs"),
    _form("/login", "username=alice&password=x&referer=%2Fabout&remember_me=yes"),
    _form("/user", "display_name=eve&email=eve%40example.org&password=correct+horse&terms=1&nickname=x"),
    _form("/user/forgot-password", "email=alice%40example.org"),
    _form("/changeset/1/comment", "text=A+word"),
    _form("/account", "display_name=alice&new_email=&home_lat=47.1&languages=de"),
    _form("/profile/description", "description=I+map"),
    _form("/profile/location", "home_lat=47.1&home_lon=9.5"),
    _form("/profile/links", "social_links=https%3A%2F%2Fexample.org"),
    _form("/preferences/basic", "preferred_editor=id&languages=de+en"),
    _form("/preview/markdown", "text=**x**+%5Ba%5D%28http%3A%2F%2Fexample.org%29"),
    _form("/user_blocks/new/bob", "reason=x&period=24"),
    _form("/redactions/new", "title=x&description=y"),
    _form("/traces", "description=x&tags=y&visibility=private"),
    _form("/message/new/bob", "title=x&body=y"),
]
READS = [
    *[
        Call("GET", f"/api/0.6/{path}", query)
        for path, query in (
            ("map", "bbox=9.4,47.0,9.6,47.2"),
            ("nodes", "nodes=1,2v3"),
            ("ways", "ways=1"),
            ("relations.json", "relations=1"),
            ("node/1", ""),
            ("way/1/full", ""),
            ("relation/1/history", ""),
            ("changesets", "bbox=9,47,10,48&user=1&time=2020-01-01,2021-01-01&open=true&limit=5"),
            ("changesets.json", "display_name=alice&changesets=1,2&order=newest&from=2020-01-01&closed=true"),
            ("changeset/1", "include_discussion=true"),
            ("changeset/1/download", ""),
            ("changeset_comments", "limit=5&from=2020-01-01T00:00:00Z&to=2021-01-01&user=1"),
            ("users", "users=1,2"),
            ("user/details", ""),
            ("user_blocks/1", ""),
            ("notes", "bbox=9,47,10,48&limit=5&closed=7"),
            (
                "notes/search.json",
                "q=bench&from=2020-01-01&sort=created_at&order=oldest&display_name=bob&limit=2",
            ),
            ("notes/feed", "bbox=9,47,10,48"),
            ("trackpoints", "bbox=9.4,47.0,9.6,47.2&page=0"),
            ("gpx/1/data", ""),
            ("user/messages/inbox", "limit=3&order=oldest&from_id=3"),
            ("user/preferences/color", ""),
        )
    ],
    *[
        Call("GET", path, query)
        for path, query in (
            ("/", "lat=47.1&lon=9.5&zoom=12&node=1"),
            ("/history", "bbox=9,47,10,48&before=9&after=1"),
            ("/node/1/history/1", ""),
            ("/search", "query=47.1%2C9.5&lat=1&lon=2"),
            ("/export/finish", "bbox=1,2,3,4&lat=1&zoom=5"),
            ("/go/0EEQjE--", "m=&node=1"),
            ("/edit", "editor=id&way=1&lat=1&lon=2&zoom=3&gpx=4"),
            ("/oauth2/authorize", "client_id=x&redirect_uri=y&response_type=code&scope=read_prefs&state=z"),
            ("/users", "status=active&ip=1&page=2&before=1"),
            ("/user/alice", ""),
            ("/user/new", "referer=/about"),
            ("/login", "referer=/about"),
            ("/user_blocks", "before=5&after=1"),
            ("/coverage.json", "z=1"),
            ("/traces", "before=5&tag=x"),
            ("/user/alice/notes", "page=2&status=open"),
        )
    ],
]
