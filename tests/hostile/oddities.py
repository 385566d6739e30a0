"""Odd values that replace sensible ones."""

from .calls import FORM, JSON, MULTIPART, XML

ODD_NUMBERS = [
    "-1",
    "0",
    "99999999999999999999",
    "9223372036854775807",
    "1e999",
    "NaN",
    "0x10",
    "",
    "१",
    "1 ",
]
ODD_TEXTS = [
    *(
        "",
        "\0",
        "a\0b",
        "\ufffe",
        "\ud800",
        "x" * 70_000,
        "ü☃𝕏",
        "'; DROP TABLE nodes; --",
        "%",
        "%00",
        "%ff",
    ),
    *(
        "../../etc/passwd",
        "{{7*7}}",
        "<script>",
        "\r\nX-Evil: 1",
        "http://[::1",
        "9,47,10",
        "2020-02-30",
        "[]",
    ),
    *(
        "0001-01-01",
        "9999-12-31T23:59:59-14:00",
        "infinity",
        "-infinity",
        "1/0",
        "*" * 500,
        "[" * 3000,
        "true",
    ),
]
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    b'<!ENTITY x SYSTEM "file:///etc/passwd">]>'
)
JSON_SHAPES = [
    *(
        b"null",
        b"[]",
        b"{}",
        b"1e999",
        b'"\\ud800"',
        b'{"lat":{"a":[1]}}',
        b'{"lat":null,"lon":[],"text":{}}',
    ),
    *(
        b"[" * 20_000,
        b'{"text":' * 5000,
        b'{"lat":NaN,"lon":1,"text":"x"}',
        b'{"lat":1,"lat":2}',
        b'{"text":"\\u0000"}',
    ),
]
HEADERS = {
    "Content-Type": [
        *(
            "",
            "x",
            "text/xml; charset=utf-16",
            "text/xml; charset=klingon",
            "multipart/form-data",
            FORM,
            JSON,
            XML,
        ),
        *(MULTIPART, "multipart/form-data; boundary=" + "x" * 300, 'a/b; c="', "application/gpx+xml", "ü"),
        *(
            f"{FORM}; charset=utf-16",
            f"{FORM}; charset=idna",
            f"{FORM}; charset=hex",
            f"{FORM}; charset=utf-7",
        ),
    ],
    "Content-Encoding": ["gzip", "deflate", "br", "gzip, gzip", "identity", "GZIP", "x" * 5000, "zstd"],
    "Accept": [
        "",
        "x",
        "*/*;q=x",
        "application/json;q=0",
        "text/*",
        "a/b,c/d;q=nan",
        "application/xml;q=1e999",
        "," * 900,
    ],
    "Accept-Encoding": ["gzip;q=x", "*", "gzip;q=0", "", "," * 900, "br;q=1e400"],
    "Accept-Language": ["x", "de;q=x", "-" * 600, "zh-Hant-TW;q=1e400", "\0", "ü"],
    "Authorization": [
        *(
            "",
            "Bearer",
            "Bearer \0",
            "Bearer ü",
            "Basic !!!",
            "Basic AAAA",
            "OAuth oauth_token=x",
            "x" * 9000,
        ),
        *("Bearer " + "x" * 9000, "Bearer a b", "Digest realm=x", "Basic w7w6w7w="),
    ],
    "X-Error-Format": ["xml", "XML", "json", "", "\0"],
    "Origin": ["null", "https://evil.example", "ü", "a\0"],
    "Access-Control-Request-Method": ["PUT", "", "x" * 500],
    "Cookie": [
        "sessionid=x",
        "a=b; " * 900,
        "_osm_location=9|x|nan|1e999",
        "sessionid=\0",
        "_osm_location=" + "|" * 90,
    ],
    "If-None-Match": ['"x"', "*", "W/", '"' * 900],
    "If-Modified-Since": ["x", "Sun, 30 Feb 2020 99:99:99 GMT", "Thu, 01 Jan 0001 00:00:00 GMT"],
    "Range": ["bytes=0-", "bytes=9999999999999-", "bytes=-", "x"],
    "Host": ["", "evil.example:99999", "[", "ü", "a" * 500],
    "X-Forwarded-For": ["1.2.3.4, x", "x" * 5000],
    "X-HTTP-Method-Override": ["DELETE", "x"],
}
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
