"""Random edits of a small country, as mappers make them, and the country itself.

Each kind of edit is a function that looks at the elements and returns the changes of one upload. Not every upload is
valid: what is not is refused as a whole, as any client's would be.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from xml.sax.saxutils import quoteattr

from apps.elements.models import CURRENT, SUPERSEDED
from apps.osm.elements import ElementRef, ElementType, Member, format_coordinate

NODE, WAY, RELATION = ElementType

SIDE = 6
_WEST, _SOUTH, _STEP = 9.50, 47.10, 0.008
_TIME = "t2020-01-01T00:00:00Z i900 ucarol"


def _world() -> Iterator[str]:
    """Yield a grid of streets, rails and streams; houses, a wood with a clearing, a lake, a coast, borders, places."""
    yield "c1 k30 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol"
    for number, (row, column) in enumerate(itertools.product(range(SIDE), repeat=2), 1):
        yield _node(number, _WEST + column * _STEP, _SOUTH + row * _STEP, "")
    lines = [
        "highway=residential,name=Dorfstrasse",
        "highway=residential,name=Dorfstrasse",
        "highway=primary,ref=7,name=Landstrasse",
        "railway=rail",
        "waterway=river,name=Rhein",
        "highway=track",
    ]
    for number, tags in enumerate(lines):
        first = number * SIDE + 1
        yield _way(number + 1, tags, range(first, first + SIDE))
        yield _way(number + 11, tags, range(number + 1, SIDE * SIDE + 1, SIDE))
    for number in range(8):
        yield from _square(
            100 + 10 * number,
            _WEST + 0.003 + number * 0.004,
            _SOUTH + 0.002 + number * 0.003,
            0.0004,
            f"building=yes,addr:housenumber={number + 1},addr:street=Dorfstrasse,addr:postcode=9001",
        )
    yield from _square(200, 9.510, 47.105, 0.02, "")
    yield from _square(210, 9.515, 47.110, 0.004, "landuse=meadow")
    yield from _square(220, 9.532, 47.112, 0.006, "natural=water,name=Weiher")
    # Half of a country each, and both together.
    yield from _corners(300, [(9.3, 46.9), (9.52, 46.9), (9.8, 46.9), (9.8, 47.3), (9.52, 47.3), (9.3, 47.3)])
    for number, nodes in enumerate([(300, 301), (301, 302, 303, 304), (304, 305, 300), (301, 304)], 301):
        yield _way(number, "", nodes)
    yield from _corners(310, [(9.1, 46.95), (9.9, 47.02)])
    yield _way(310, "highway=motorway,ref=A1", (310, 311))
    yield from _corners(320, [(9.2, 47.145), (9.48, 47.139), (9.54, 47.151), (9.75, 47.148)])
    yield _way(320, "natural=coastline", (320, 321, 322, 323))
    yield _node(400, 9.512, 47.112, "shop=bakery,name=Bäckerei%20%Müller")
    yield _node(401, 9.515, 47.118, "place=village,name=Dorf,population=1200")
    yield _node(402, 9.530, 47.121, "place=town,name=Oberstadt,capital=yes")
    yield _node(403, 9.535, 47.131, "natural=peak,name=Gipfel,ele=2100")
    yield _node(404, 9.521, 47.108, "amenity=pharmacy,name=Rosen-Apotheke")
    boundary = "type=boundary,boundary=administrative"
    yield _relation(1, "type=multipolygon,natural=wood", "w200@outer,w210@inner")
    yield _relation(
        2, f"{boundary},admin_level=2,name=Bergland", "w301@outer,w302@outer,w303@outer,n402@admin_centre"
    )
    yield _relation(3, f"{boundary},admin_level=8,name=Dorf", "w301@outer,w303@outer,w304@outer,n401@label")
    yield _relation(4, f"{boundary},admin_level=4,name=Oberland", "w302@outer,w304@outer")
    yield _relation(5, "type=route,route=bus,ref=1", "w1@,w2@,w12@")
    yield _relation(6, "type=multipolygon,landuse=forest", "w1@outer,w11@outer,w16@outer,w6@outer")


def _node(number: int, lon: float, lat: float, tags: str) -> str:
    return f"n{number} v1 dV c1 {_TIME} x{lon:.7f} y{lat:.7f} T{tags}"


def _way(number: int, tags: str, nodes: Iterable[int]) -> str:
    return f"w{number} v1 dV c1 {_TIME} T{tags} N{','.join(f'n{node}' for node in nodes)}"


def _relation(number: int, tags: str, members: str) -> str:
    return f"r{number} v1 dV c1 {_TIME} T{tags} M{members}"


def _corners(first: int, places: Sequence[tuple[float, float]]) -> Iterator[str]:
    for number, (lon, lat) in enumerate(places, first):
        yield _node(number, lon, lat, "")


def _square(first: int, west: float, south: float, size: float, tags: str) -> Iterator[str]:
    east, north = west + size, south + size
    yield from _corners(first, [(west, south), (east, south), (east, north), (west, north)])
    yield _way(first, tags, [first, first + 1, first + 2, first + 3, first])


WORLD = "\n".join(_world())

_TAGS: list[dict[str, str]] = [
    {},
    {"landuse": "forest"},
    {"landuse": "meadow"},
    {"highway": "path"},
    {"highway": "primary", "ref": "7;8", "name": "Landstrasse"},
    {"highway": "pedestrian", "area": "yes", "name": "Dorfplatz"},
    {"building": "yes", "addr:housenumber": "3a", "addr:street": "Dorfstrasse", "addr:city": "Dorf"},
    {"natural": "water", "name": "Weiher"},
    {"natural": "water", "area": "no"},
    {"natural": "coastline"},
    {"waterway": "river", "name": "Rhein"},
    {"shop": "bakery", "name": "Bäckerei Süß"},
    {"amenity": "pharmacy", "name": "Neue Apotheke"},
    {"place": "hamlet", "name": "Weiler"},
    {"natural": "peak", "name": "Hoher Gipfel", "ele": "2300"},
    {"barrier": "fence"},
    {"area": "yes"},
    {"source": "survey"},
    {"name": "Ort der Stille", "leisure": "park"},
]
_RELATION_TAGS: list[dict[str, str]] = [
    {"type": "multipolygon", "natural": "water"},
    {"type": "multipolygon", "landuse": "forest", "name": "Dorfwald"},
    {"type": "multipolygon"},
    {"type": "route", "route": "hiking", "name": "Rundweg"},
    {"type": "restriction", "restriction": "no_u_turn"},
    {"type": "site", "tourism": "attraction", "name": "Ruine"},
    *(
        {"type": kind, "boundary": "administrative", "admin_level": level, "name": "Dorf"}
        for kind, level in itertools.product(("boundary", "multipolygon"), ("2", "4", "6", "8", "12", "x"))
    ),
]


@dataclass(frozen=True)
class Element:
    ref: ElementRef
    version: int
    tags: Mapping[str, str]
    place: tuple[int, int] = (0, 0)
    """Latitude and longitude of a node."""
    nodes: tuple[int, ...] = ()
    members: tuple[Member, ...] = ()

    @property
    def type(self) -> ElementType:
        return self.ref.type

    def xml(self, changeset: int) -> str:
        name, attributes = (
            self.type.label,
            f'id="{self.ref.id}" version="{self.version}" changeset="{changeset}"',
        )
        if self.type is NODE:
            lat, lon = map(format_coordinate, self.place)
            attributes += f' lat="{lat}" lon="{lon}"'
        parts = [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in self.tags.items()]
        parts += [f'<nd ref="{node}"/>' for node in self.nodes]
        parts += [
            f'<member type="{member.type.label}" ref="{member.ref}" role={quoteattr(member.role)}/>'
            for member in self.members
        ]
        return f"<{name} {attributes}>{''.join(parts)}</{name}>"


Change = tuple[str, Element]
"""What is done (create, modify or delete), and the element as it is to be."""
Elements = dict[ElementRef, Element]
_BODIES = {NODE: ["lat", "lon"], WAY: ["nodes"], RELATION: ["member_types", "member_refs", "member_roles"]}


def current() -> Elements:
    """Return the visible elements."""
    return {
        element.ref: element
        for kind in ElementType
        for element in _read(kind, CURRENT[kind]._default_manager.filter(visible=True))
    }


def superseded() -> list[Element]:
    """Return the old versions."""
    return [
        element for kind in ElementType for element in _read(kind, SUPERSEDED[kind]._default_manager.all())
    ]


def _read(kind: ElementType, rows: object) -> Iterator[Element]:
    for id_, version, tags, *body in rows.order_by("id", "version").values_list(  # type: ignore[attr-defined]
        "id", "version", "tags", *_BODIES[kind]
    ):
        ref = ElementRef(kind, id_)
        if kind is NODE:
            yield Element(ref, version, tags, place=(body[0], body[1]))
        elif kind is WAY:
            yield Element(ref, version, tags, nodes=tuple(body[0]))
        else:
            members = zip(*body, strict=True)
            yield Element(
                ref, version, tags, members=tuple(Member(ElementType(t), r, role) for t, r, role in members)
            )


def document(changes: Iterable[Change], changeset: int) -> bytes:
    """Return the osmChange document of some changes."""
    parts = "".join(f"<{action}>{element.xml(changeset)}</{action}>" for action, element in changes)
    return f"<osmChange>{parts}</osmChange>".encode()


# The kinds of edits


def moved_node(source: Random, elements: Elements) -> list[Change]:
    """Move a node: mostly by some meters, seldom by kilometers."""
    node = _one_of(source, elements, NODE)
    reach = source.choice([2_000, 20_000, 100_000, 2_000_000])
    lat, lon = (value + source.randint(-reach, reach) for value in node.place)
    return [("modify", replace(node, place=(lat, lon)))]


def changed_line(source: Random, elements: Elements) -> list[Change]:
    """Insert, remove or exchange nodes of a way, close it, or turn it around."""
    way = _one_of(source, elements, WAY)
    nodes = list(way.nodes)
    others = [ref.id for ref in elements if ref.type is NODE]
    how = source.randrange(5)
    if how == 0:
        nodes.insert(source.randint(0, len(nodes)), source.choice(others))
    elif how == 1 and len(nodes) > 1:
        nodes.pop(source.randrange(len(nodes)))
    elif how == 2 and nodes:
        nodes[source.randrange(len(nodes))] = source.choice(others)
    elif how == 3 and nodes:
        nodes.append(nodes[0])
    else:
        nodes.reverse()
    return [("modify", replace(way, nodes=tuple(nodes)))]


def split_way(source: Random, elements: Elements) -> list[Change]:
    """Cut a way in two; relations have both parts as members."""
    ways = [element for element in elements.values() if len(element.nodes) > 2]
    if not ways:
        return []
    way = source.choice(ways)
    at = source.randint(1, len(way.nodes) - 2)
    rest = replace(way, ref=ElementRef(WAY, _placeholder(source)), version=0, nodes=way.nodes[at:])
    changes = [("create", rest), ("modify", replace(way, nodes=way.nodes[: at + 1]))]
    for relation in _users(way.ref, elements):
        members: list[Member] = []
        for member in relation.members:
            members.append(member)
            if (member.type, member.ref) == way.ref:
                members.append(member._replace(ref=rest.ref.id))
        changes.append(("modify", replace(relation, members=tuple(members))))
    return changes


def swapped_members(source: Random, elements: Elements) -> list[Change]:
    """Exchange, add, remove or reorder the members of a relation, or change a role."""
    relation = _one_of(source, elements, RELATION)
    members = list(relation.members)
    other = source.choice(list(elements))
    new = Member(other.type, other.id, source.choice(["outer", "inner", "", "label", "admin_centre"]))
    how = source.randrange(5)
    at = source.randrange(len(members)) if members else 0
    if how == 0 or not members:
        members.insert(at, new)
    elif how == 1:
        members[at] = new
    elif how == 2:
        members.pop(at)
    elif how == 3:
        source.shuffle(members)
    else:
        members[at] = members[at]._replace(role=new.role)
    return [("modify", replace(relation, members=tuple(members)))]


def changed_tags(source: Random, elements: Elements) -> list[Change]:
    """Give an element other tags: areas become lines, boundaries woods, and some say nothing any more."""
    element = _one_of(source, elements, source.choice(list(ElementType)))
    tags = source.choice(_RELATION_TAGS if element.type is RELATION else _TAGS)
    if source.randrange(3) == 0:
        # Only some of them.
        tags = dict(element.tags) | tags
    return [("modify", replace(element, tags=tags))]


def created(source: Random, elements: Elements) -> list[Change]:
    """Create a node, a way through nodes that are there, or a relation of some elements."""
    kind = source.choice(list(ElementType))
    new = Element(ElementRef(kind, _placeholder(source)), 0, source.choice(_TAGS))
    nodes = [ref.id for ref in elements if ref.type is NODE]
    if kind is NODE:
        near = elements[ElementRef(NODE, source.choice(nodes))]
        lat, lon = (value + source.randint(-20_000, 20_000) for value in near.place)
        new = replace(new, place=(lat, lon))
    elif kind is WAY:
        chosen = [source.choice(nodes) for _ in range(source.randint(2, 5))]
        new = replace(new, nodes=(*chosen, *(chosen[:1] if source.randrange(2) else [])))
    else:
        members = [source.choice(list(elements)) for _ in range(source.randint(1, 4))]
        new = replace(
            new,
            tags=source.choice(_RELATION_TAGS),
            members=tuple(Member(ref.type, ref.id, "outer") for ref in members),
        )
    return [("create", new)]


def deleted(source: Random, elements: Elements) -> list[Change]:
    """Delete an element, after removing it from what uses it, as editors do."""
    gone = _one_of(source, elements, source.choice(list(ElementType)))
    changes: list[Change] = []
    for user in _users(gone.ref, elements):
        nodes = tuple(node for node in user.nodes if gone.type is not NODE or node != gone.ref.id)
        members = tuple(member for member in user.members if (member.type, member.ref) != gone.ref)
        changes.append(("modify", replace(user, nodes=nodes, members=members)))
    return [*changes, ("delete", gone)]


def reverted(source: Random, elements: Elements) -> list[Change]:
    """Make an element again what it was in an earlier version, also if it has been deleted."""
    versions = superseded()
    if not versions:
        return []
    wanted = source.choice(versions)
    kind, id_ = wanted.ref
    row = CURRENT[kind]._default_manager.filter(id=id_).values_list("version", flat=True).get()
    return [("modify", replace(wanted, version=row))]


KINDS: list[Callable[[Random, Elements], list[Change]]] = [
    moved_node,
    changed_line,
    split_way,
    swapped_members,
    changed_tags,
    created,
    deleted,
    reverted,
]


def upload_of_several(source: Random, elements: Elements) -> list[Change]:
    """Return the changes of several edits, at most one of each element."""
    changes: dict[ElementRef, Change] = {}
    for _ in range(source.randint(2, 5)):
        for change in source.choice(KINDS)(source, elements):
            changes.setdefault(change[1].ref, change)
    order = {"create": 0, "modify": 1, "delete": 2}
    return sorted(changes.values(), key=lambda change: (order[change[0]], _depth(change)))


def _depth(change: Change) -> int:
    """Return where a change belongs: nodes are created first and deleted last."""
    action, element = change
    return -int(element.type) if action == "delete" else int(element.type)


def _one_of(source: Random, elements: Elements, kind: ElementType) -> Element:
    found = [element for element in elements.values() if element.type is kind]
    return source.choice(found or list(elements.values()))


def _users(ref: ElementRef, elements: Elements) -> list[Element]:
    """Return the elements that use an element, but for itself."""
    return [
        element
        for element in elements.values()
        if element.ref != ref
        and (
            (ref.type is NODE and ref.id in element.nodes)
            or any((member.type, member.ref) == ref for member in element.members)
        )
    ]


def _placeholder(source: Random) -> int:
    return -source.randint(1, 1_000_000)
