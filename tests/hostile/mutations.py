"""Broken calls, as faulty programs, curious people and attackers send them. The same seed gives the same calls."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import quote

from .calls import READS, WRITES, Call
from .oddities import ENTITIES, HEADERS, JSON_SHAPES, METHODS, ODD_NUMBERS, ODD_TEXTS

Mutation = Callable[[Random, bytes], bytes]


def _truncate(random: Random, body: bytes) -> bytes:
    return body[: random.randrange(len(body) + 1)]


def _double(random: Random, body: bytes) -> bytes:
    start, end = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return body[:end] + body[start:end] * random.choice([1, 2, 50]) + body[end:]


def _flip(random: Random, body: bytes) -> bytes:
    flipped = bytearray(body)
    for _ in range(random.choice([1, 3, 20])):
        flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _insert(random: Random, body: bytes) -> bytes:
    place = random.randrange(len(body) + 1)
    junk = [
        b"\0",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"&x;",
        b"&#0;",
        b"&#xD800;",
        b"<![CDATA[",
        b"<!--",
        b"]]>",
        b"%00",
    ]
    return body[:place] + random.choice(junk) + body[place:]


def _renumber(random: Random, body: bytes) -> bytes:
    found = list(re.finditer(rb"\d+(\.\d+)?", body))
    if not found:
        return body
    number = random.choice(found)
    return body[: number.start()] + random.choice(ODD_NUMBERS).encode() + body[number.end() :]


def _retext(random: Random, body: bytes) -> bytes:
    found = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<==)[^&"]+', body))
    if not found:
        return body
    value = random.choice(found)
    text = random.choice(ODD_TEXTS).encode(errors="surrogatepass")
    return body[: value.start()] + text + body[value.end() :]


def _drop_attribute(random: Random, body: bytes) -> bytes:
    found = list(re.finditer(rb' \w+="[^"]*"|\w+=[^&]*&?', body))
    if not found:
        return body
    gone = random.choice(found)
    return body[: gone.start()] + body[gone.end() :]


def _rename(random: Random, body: bytes) -> bytes:
    words = re.findall(rb"[a-zA-Z_]{2,}", body)
    if not words:
        return body
    return body.replace(random.choice(words), random.choice([*words, b"x", b"xmlns", b"osm:node"]))


def _entities(random: Random, body: bytes) -> bytes:
    document = re.sub(rb"<\?xml[^>]*\?>", b"", body)
    return ENTITIES + document.replace(b'v="', random.choice([b'v="&d;', b'v="&x;', b'v="']))


def _nest(random: Random, body: bytes) -> bytes:
    tag = random.choice([b"node", b"create", b"tag", b"trk", b"a"])
    depth = random.choice([100, 300, 20_000])
    return random.choice([b"", b"<osmChange>", b"<osm>"]) + b"<%b>" % tag * depth + body


def _swell(random: Random, body: bytes) -> bytes:
    size = random.choice([300, 70_000, 1_000_000])
    return re.sub(rb'="|=', lambda sign: sign.group() + b"x" * size, body, count=1)


def _recode(random: Random, body: bytes) -> bytes:
    text = body.decode("latin-1")
    name = random.choice(["utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "utf-8-sig"])
    declared = random.choice(
        ["", f'<?xml version="1.0" encoding="{name}"?>', '<?xml version="1.0" encoding="x"?>']
    )
    return (declared + text).encode(name)


def _compress(random: Random, body: bytes) -> bytes:
    compressed = random.choice([gzip.compress(body), zlib.compress(body), gzip.compress(gzip.compress(body))])
    return random.choice([compressed, compressed[:-5], compressed + b"junk", compressed * 2])


def _shape(random: Random, body: bytes) -> bytes:
    return random.choice(JSON_SHAPES)


def _noise(random: Random, body: bytes) -> bytes:
    return random.randbytes(random.choice([0, 1, 200, 5000]))


def _bomb(random: Random, body: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b" " * 1_000_000
    return b"".join(compressor.compress(zeros) for _ in range(60)) + compressor.flush()


BODIES: list[Mutation] = [
    *(
        _truncate,
        _double,
        _flip,
        _insert,
        _renumber,
        _retext,
        _drop_attribute,
        _rename,
        _entities,
        _nest,
        _swell,
    ),
    *(_recode, _compress, _shape, _noise, _renumber, _retext, _drop_attribute, _insert),
]


def broken(seed: int, count: int) -> Iterator[Call]:
    """Yield `count` calls with one to four mutations each. Bodies stay below a few megabytes."""
    random = Random(seed)
    for number in range(count):
        call = random.choice(WRITES if random.random() < 0.75 else READS)
        if number % 200 == 150:
            yield call.but(body=_bomb(random, b""), headers={**call.headers, "Content-Encoding": "gzip"})
            continue
        for _ in range(random.choice([1, 1, 2, 4])):
            call = random.choice(MUTATIONS)(random, call)
        yield call


def _body(random: Random, call: Call) -> Call:
    if not call.body:
        return _query(random, call)
    mutate = random.choice(BODIES)
    headers = call.headers
    if mutate is _compress:
        headers = {**headers, "Content-Encoding": random.choice(["gzip", "deflate"])}
    return call.but(body=mutate(random, call.body), headers=headers)


def _header(random: Random, call: Call) -> Call:
    name = random.choice(list(HEADERS))
    value = random.choice(HEADERS[name])
    if name == "Content-Type":
        return call.but(content_type=value)
    return call.but(headers={**call.headers, name: value})


def _query(random: Random, call: Call) -> Call:
    fields = [field.split("=", 1)[0] for field in call.query.split("&") if field]
    name = random.choice([*fields, "x", "limit", "_method", "format", "page"])
    value = random.choice(ODD_TEXTS + ODD_NUMBERS)[:5000]
    written = random.choice(
        [quote(value.encode(errors="surrogatepass")), quote(value.encode("utf-16", "surrogatepass"))]
    )
    others = "&".join(field for field in call.query.split("&") if not field.startswith(f"{name}="))
    return call.but(
        query=random.choice([f"{name}={written}", f"{others}&{name}={written}", f"{name}[]={written}&{name}"])
    )


def _path(random: Random, call: Call) -> Call:
    parts = call.path.split("/")
    place = random.randrange(1, len(parts))
    parts[place] = random.choice(
        [*ODD_NUMBERS, "..", "%2e%2e", "1.json", "1.gpx", "a\0", "ü", "x" * 900, "0", "2"]
    )
    return call.but(path="/".join(parts))


def _method(random: Random, call: Call) -> Call:
    return call.but(method=random.choice(METHODS))


MUTATIONS = [*[_body] * 8, *[_header] * 4, *[_query] * 2, _path, _method]
