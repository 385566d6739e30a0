// From elements as the API gives them to GeoJSON that the map's style knows how to draw.

const AREA_KEYS = ["building", "landuse", "natural", "leisure", "amenity", "shop", "tourism", "historic", "man_made",
  "office", "place", "aeroway", "power", "military", "craft", "healthcare", "building:part", "area:highway", "boundary"];
const LINES = {
  natural: new Set(["coastline", "cliff", "ridge", "arete", "tree_row", "valley", "gorge"]),
  leisure: new Set(["track", "slipway"]),
  man_made: new Set(["pipeline", "embankment", "cutline", "breakwater", "groyne", "dyke", "goods_conveyor"]),
  aeroway: new Set(["runway", "taxiway"]),
  power: new Set(["line", "minor_line", "cable"]),
  historic: new Set(["citywalls"]),
  boundary: new Set(["administrative", "political", "postal_code"]),
};

const AREAS = {
  forest: ["landuse=forest", "natural=wood"],
  scrub: ["natural=scrub", "natural=heath", "landuse=greenhouse_horticulture"],
  grass: ["landuse=grass", "landuse=meadow", "natural=grassland", "landuse=village_green", "landuse=recreation_ground",
    "natural=fell", "leisure=common"],
  park: ["leisure=park", "leisure=garden", "leisure=golf_course", "leisure=nature_reserve", "landuse=flowerbed"],
  pitch: ["leisure=pitch", "leisure=track", "leisure=playground", "leisure=stadium", "leisure=sports_centre"],
  farmland: ["landuse=farmland", "landuse=farm", "landuse=farmyard", "landuse=allotments", "landuse=plant_nursery"],
  orchard: ["landuse=orchard", "landuse=vineyard"],
  residential: ["landuse=residential", "place=neighbourhood"],
  commercial: ["landuse=commercial", "landuse=retail", "landuse=industrial", "landuse=railway", "landuse=garages",
    "landuse=construction", "landuse=brownfield", "landuse=landfill", "landuse=quarry", "landuse=depot", "landuse=port"],
  ground: ["amenity=school", "amenity=hospital", "amenity=kindergarten", "amenity=university", "amenity=college",
    "landuse=education", "landuse=religious", "tourism=camp_site", "tourism=zoo", "tourism=attraction", "leisure=marina"],
  cemetery: ["landuse=cemetery", "amenity=grave_yard"],
  paved: ["amenity=parking", "highway=pedestrian", "highway=footway", "highway=service", "place=square",
    "amenity=bicycle_parking", "aeroway=apron", "amenity=marketplace", "area:highway=*", "man_made=bridge", "man_made=pier"],
  rock: ["natural=bare_rock", "natural=scree", "natural=shingle", "natural=rock", "natural=stone"],
  sand: ["natural=sand", "natural=beach", "landuse=salt_pond", "natural=mud"],
  wetland: ["natural=wetland", "natural=marsh"],
  ice: ["natural=glacier"],
  water: ["natural=water", "waterway=riverbank", "landuse=reservoir", "landuse=basin", "leisure=swimming_pool", "waterway=dock",
    "amenity=fountain", "natural=bay", "waterway=*"],
};
const AREA_CLASS = new Map(Object.entries(AREAS).flatMap(([cls, tags]) => tags.map((tag) => [tag, cls])));

export const ROADS = {
  motorway: "motorway", motorway_link: "motorway", trunk: "trunk", trunk_link: "trunk", primary: "primary", primary_link: "primary",
  secondary: "secondary", secondary_link: "secondary", tertiary: "tertiary", tertiary_link: "tertiary",
  unclassified: "minor", residential: "minor", road: "minor", living_street: "living", pedestrian: "living", busway: "minor",
  service: "service", raceway: "service", construction: "service",
};
const PATHS = { footway: "foot", path: "foot", steps: "steps", cycleway: "cycle", bridleway: "foot", track: "track", corridor: "foot", via_ferrata: "foot" };
const ROAD_ORDER = ["service", "living", "minor", "tertiary", "secondary", "primary", "trunk", "motorway"];

const POI_KEYS = ["amenity", "shop", "tourism", "leisure", "historic", "office", "craft", "healthcare", "emergency", "railway", "highway",
  "aerialway", "aeroway", "natural", "man_made", "place", "public_transport", "club", "information", "advertising", "power", "barrier", "entrance", "sport"];
const FOOD = new Set(["restaurant", "cafe", "bar", "pub", "fast_food", "biergarten", "food_court", "ice_cream", "nightclub"]);
const HEALTH = new Set(["hospital", "clinic", "doctors", "dentist", "pharmacy", "veterinary", "social_facility", "nursing_home"]);
const TRANSPORT = new Set(["parking", "bus_station", "taxi", "fuel", "charging_station", "bicycle_parking", "bicycle_rental", "car_rental",
  "car_sharing", "ferry_terminal", "parking_entrance", "motorcycle_parking"]);
const CULTURE = new Set(["place_of_worship", "theatre", "cinema", "library", "arts_centre", "museum", "community_centre", "fountain"]);
const SMALL = new Set(["bench", "waste_basket", "recycling", "hunting_stand", "vending_machine", "post_box", "telephone", "grit_bin",
  "drinking_water", "clock", "waste_disposal", "bicycle_parking", "parking_entrance", "parking_space", "watering_place", "shelter", "bbq"]);
const PLACES = { city: 1, town: 2, village: 3, suburb: 4, quarter: 5, neighbourhood: 5, hamlet: 5, isolated_dwelling: 6, locality: 6, farm: 6 };

const MOST_MEMBERS = 400;

export const keyOf = (element) => `${element.type}/${element.id}`;
const closed = (way) => way.nodes.length > 3 && way.nodes[0] === way.nodes[way.nodes.length - 1];

function isArea(tags) {
  if (tags.area) return tags.area === "yes";
  return AREA_KEYS.some((key) => tags[key] && tags[key] !== "no" && !LINES[key]?.has(tags[key])) ||
    ["riverbank", "dock", "boatyard", "dam"].includes(tags.waterway);
}

function areaClass(tags) {
  if ((tags.building && tags.building !== "no") || tags["building:part"]) return "building";
  for (const [key, value] of Object.entries(tags)) {
    const cls = AREA_CLASS.get(`${key}=${value}`) || AREA_CLASS.get(`${key}=*`);
    if (cls) return cls;
  }
  return null;
}

// {kind, cls, rank} of a way that is a line.
function lineClass(tags) {
  if (ROADS[tags.highway]) {
    const cls = tags.highway === "construction" ? "service" : ROADS[tags.highway];
    return { kind: "road", cls, rank: ROAD_ORDER.indexOf(cls) + 20 * (Number(tags.layer) || 0), narrow: tags.highway.endsWith("_link") || Boolean(tags.service) };
  }
  if (PATHS[tags.highway]) return { kind: "path", cls: PATHS[tags.highway], rank: 20 * (Number(tags.layer) || 0) };
  if (tags.railway && !["abandoned", "razed", "dismantled", "proposed", "platform"].includes(tags.railway)) return { kind: "rail", cls: tags.railway, rank: 0 };
  if (tags.waterway) return { kind: "waterway", cls: ["river", "canal"].includes(tags.waterway) ? "river" : "stream", rank: 0 };
  if (tags.boundary === "administrative") return { kind: "boundary", cls: Number(tags.admin_level) <= 4 ? "country" : "local", rank: 0 };
  if (tags.aeroway) return { kind: "road", cls: "service", rank: 0 };
  if (tags.aerialway) return { kind: "line", cls: "aerialway", rank: 0 };
  if (tags.power) return { kind: "line", cls: "power", rank: 0 };
  if (tags.barrier || tags.natural === "cliff") return { kind: "line", cls: "barrier", rank: 0 };
  if (tags.natural === "tree_row") return { kind: "line", cls: "trees", rank: 0 };
  return Object.keys(tags).length ? { kind: "line", cls: "other", rank: 0 } : null;
}

// {cls, rank} of a place on the map; a small rank is shown first.
function poiClass(tags) {
  if (tags.place && PLACES[tags.place]) return tags.name ? { kind: "place", cls: tags.place, rank: PLACES[tags.place] } : null;
  if (tags.natural === "peak" || tags.natural === "saddle") return { cls: "peak", rank: 2 };
  if (["station", "halt"].includes(tags.railway) || tags.aerialway === "station" || tags.amenity === "bus_station") return { cls: "transport", rank: 2 };
  if (tags.highway === "bus_stop" || tags.railway === "tram_stop") return { cls: "transport", rank: 6 };
  if (tags.amenity) {
    if (SMALL.has(tags.amenity)) return { cls: "small", rank: 9 };
    if (FOOD.has(tags.amenity)) return { cls: "food", rank: 5 };
    if (HEALTH.has(tags.amenity)) return { cls: "health", rank: 4 };
    if (TRANSPORT.has(tags.amenity)) return { cls: "transport", rank: 7 };
    if (CULTURE.has(tags.amenity)) return { cls: "culture", rank: 4 };
    return { cls: "service", rank: 5 };
  }
  if (tags.shop) return { cls: "shop", rank: 6 };
  if (tags.tourism) return { cls: tags.tourism === "hotel" || tags.tourism === "guest_house" ? "transport" : "culture", rank: tags.tourism === "information" ? 8 : 4 };
  if (tags.healthcare) return { cls: "health", rank: 5 };
  if (tags.historic) return { cls: "culture", rank: 6 };
  if (tags.leisure) return { cls: "nature", rank: 6 };
  if (tags.office || tags.craft || tags.club) return { cls: "service", rank: 7 };
  if (tags.natural === "tree") return { cls: "tree", rank: 10 };
  if (POI_KEYS.some((key) => tags[key])) return { cls: "small", rank: 9 };
  return Object.keys(tags).some((key) => !/^(source|created_by|note|fixme|addr:)/.test(key)) ? { cls: "small", rank: 10 } : null;
}

function nameOf(tags) {
  const language = document.documentElement.lang;
  return tags[`name:${language}`] || tags.name || "";
}

// Joins ways end to end into closed rings; what does not close is left out.
function rings(ways) {
  const open = ways.filter((way) => way.length > 1).map((way) => [...way]);
  const done = [];
  while (open.length) {
    const ring = open.pop();
    for (let joined = true; joined && ring[0] !== ring[ring.length - 1];) {
      joined = false;
      for (let i = 0; i < open.length; i++) {
        const next = open[i];
        const end = ring[ring.length - 1];
        if (next[0] !== end && next[next.length - 1] !== end) continue;
        open.splice(i, 1);
        ring.push(...(next[0] === end ? next : next.reverse()).slice(1));
        joined = true;
        break;
      }
    }
    if (ring.length > 3 && ring[0] === ring[ring.length - 1]) done.push(ring);
  }
  return done;
}

const signedArea = (ring) => {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += (ring[i][0] - ring[i - 1][0]) * (ring[i][1] + ring[i - 1][1]);
  return sum / 2;
};

const holds = (ring, [x, y]) => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i], [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
};

function centre(ring) {
  let x = 0, y = 0, sum = 0;
  const [ox, oy] = ring[0];
  for (let i = 1; i < ring.length; i++) {
    const ax = ring[i - 1][0] - ox, ay = ring[i - 1][1] - oy, bx = ring[i][0] - ox, by = ring[i][1] - oy;
    const cross = ax * by - bx * ay;
    sum += cross; x += (ax + bx) * cross; y += (ay + by) * cross;
  }
  return sum ? [ox + x / (3 * sum), oy + y / (3 * sum)] : ring[0];
}

export class Elements {
  // Elements by key, and the features of those that were drawn before.
  constructor() {
    this.nodes = new Map();
    this.ways = new Map();
    this.relations = new Map();
    this.drawn = new Map();
  }

  add(elements) {
    for (const element of elements) {
      const store = { node: this.nodes, way: this.ways, relation: this.relations }[element.type];
      if (store && !store.has(element.id)) store.set(element.id, element);
    }
  }

  // Relations that are areas and reach out of what was loaded: they close only once all of them is here.
  incomplete() {
    return [...this.relations.values()].filter(({ tags = {}, members }) => tags.type === "multipolygon" && isArea(tags) && areaClass(tags) &&
      members.length <= MOST_MEMBERS && members.some(({ type, ref }) => type === "way" && !this.ways.has(ref)));
  }

  line(way) {
    const points = [];
    for (const id of way.nodes) {
      const node = this.nodes.get(id);
      if (node?.lat !== undefined) points.push([node.lon, node.lat]);
    }
    return points;
  }

  // All features to draw, with a point of its own for each name of an area.
  features() {
    const result = [];
    for (const relation of this.relations.values()) {
      const found = this.multipolygon(relation);
      if (found) result.push(...found);
    }
    for (const way of this.ways.values()) {
      const key = keyOf(way);
      let found = this.drawn.get(key);
      if (!found) {
        found = this.way(way);
        this.drawn.set(key, found);
      }
      result.push(...found);
    }
    for (const node of this.nodes.values()) {
      if (!node.tags) continue;
      const key = keyOf(node);
      let found = this.drawn.get(key);
      if (!found) {
        found = this.node(node);
        this.drawn.set(key, found);
      }
      result.push(...found);
    }
    return result;
  }

  node(node) {
    const { tags } = node;
    const geometry = { type: "Point", coordinates: [node.lon, node.lat] };
    const found = [];
    const poi = poiClass(tags);
    if (poi) found.push(feature(keyOf(node), geometry, { kind: "poi", name: nameOf(tags), ele: tags.natural === "peak" ? tags.ele || "" : "", ...poi }));
    if (tags["addr:housenumber"]) found.push(feature(keyOf(node), geometry, { kind: "number", name: tags["addr:housenumber"] }));
    return found;
  }

  way(way) {
    const tags = way.tags || {};
    const points = this.line(way);
    if (points.length < 2 || points.length < way.nodes.length) return points.length < 2 ? [] : this.asLine(way, tags, points);
    if (closed(way) && isArea(tags)) return area(keyOf(way), tags, [[points]]);
    return this.asLine(way, tags, points);
  }

  asLine(way, tags, points) {
    const cls = lineClass(tags);
    if (!cls) return [];
    return [feature(keyOf(way), { type: "LineString", coordinates: points }, {
      ...cls, name: nameOf(tags), ref: tags.ref || "", tunnel: Boolean(tags.tunnel && tags.tunnel !== "no"),
      bridge: Boolean(tags.bridge && tags.bridge !== "no"), oneway: tags.oneway === "yes" || tags.oneway === "1" || tags.junction === "roundabout" ? 1 : tags.oneway === "-1" ? -1 : 0,
    })];
  }

  multipolygon(relation) {
    const tags = relation.tags || {};
    if (tags.type !== "multipolygon" || !isArea(tags)) return null;
    const outer = [], inner = [];
    for (const member of relation.members) {
      const way = member.type === "way" && this.ways.get(member.ref);
      if (way) (member.role === "inner" ? inner : outer).push(way.nodes);
    }
    const place = (ring) => ring.map((id) => this.nodes.get(id)).filter((node) => node).map((node) => [node.lon, node.lat]);
    const polygons = rings(outer).map((ring) => [place(ring)]).filter(([ring]) => ring.length > 3);
    if (!polygons.length) return null;
    for (const hole of rings(inner).map(place)) {
      if (hole.length < 4) continue;
      const around = polygons.find(([ring]) => holds(ring, hole[0]));
      around?.push(hole);
    }
    return area(keyOf(relation), tags, polygons);
  }
}

function feature(key, geometry, properties) {
  return { type: "Feature", geometry, properties: { key, ...properties } };
}

function area(key, tags, polygons) {
  const cls = areaClass(tags);
  const kind = cls === "building" ? "building" : cls === "water" ? "water" : "area";
  const size = polygons.reduce((sum, [ring]) => sum + Math.abs(signedArea(ring)), 0);
  const geometry = polygons.length === 1 ? { type: "Polygon", coordinates: polygons[0] } : { type: "MultiPolygon", coordinates: polygons };
  const found = [feature(key, geometry, { kind, cls: cls || "other", size, name: nameOf(tags) })];
  const [largest] = polygons.reduce((a, b) => (Math.abs(signedArea(b[0])) > Math.abs(signedArea(a[0])) ? b : a));
  const middle = { type: "Point", coordinates: centre(largest) };
  const poi = poiClass(Object.fromEntries(Object.entries(tags).filter(([k]) => !["natural", "landuse", "man_made", "power", "barrier"].includes(k))));
  if (poi && poi.rank < 9 && (tags.amenity || tags.shop || tags.tourism || tags.historic || tags.office || tags.healthcare || (tags.leisure && kind === "building"))) {
    if (tags.name || kind === "building") found.push(feature(key, middle, { kind: "poi", name: nameOf(tags), ele: "", ...poi }));
  } else if (tags.name && kind !== "building") {
    found.push(feature(key, middle, { kind: "label", cls: kind === "water" ? "water" : cls || "other", size, name: nameOf(tags) }));
  } else if (tags.name) {
    found.push(feature(key, middle, { kind: "label", cls: "building", size, name: nameOf(tags) }));
  }
  if (tags["addr:housenumber"]) found.push(feature(key, middle, { kind: "number", name: tags["addr:housenumber"] }));
  return found;
}

// What the page of an element draws: its lines, areas and points, whatever their tags.
export function outline(elements, type, id) {
  const store = new Elements();
  store.add(elements);
  const features = [];
  const drawn = new Set();
  const point = (node) => features.push(feature(keyOf(node), { type: "Point", coordinates: [node.lon, node.lat] }, { shape: "point" }));
  const line = (way) => {
    const points = store.line(way);
    if (points.length > 1) {
      const isClosed = closed(way) && isArea(way.tags || {});
      if (isClosed) features.push(feature(keyOf(way), { type: "Polygon", coordinates: [points] }, { shape: "area" }));
      features.push(feature(keyOf(way), { type: "LineString", coordinates: points }, { shape: "line" }));
    } else if (points.length) features.push(feature(keyOf(way), { type: "Point", coordinates: points[0] }, { shape: "point" }));
  };
  if (type === "relation") {
    const relation = store.relations.get(id);
    for (const member of relation?.members || []) {
      const key = `${member.type}/${member.ref}`;
      if (drawn.has(key)) continue;
      drawn.add(key);
      const way = member.type === "way" && store.ways.get(member.ref);
      const node = member.type === "node" && store.nodes.get(member.ref);
      if (way) line(way);
      if (node?.lat !== undefined) point(node);
    }
    const polygon = relation && store.multipolygon(relation);
    if (polygon) features.unshift({ ...polygon[0], properties: { key: keyOf(relation), shape: "area" } });
  } else if (type === "way") {
    const way = store.ways.get(id);
    if (way) line(way);
  } else {
    const node = store.nodes.get(id);
    if (node?.lat !== undefined) point(node);
  }
  return features;
}

export function boundsOf(features) {
  let bounds = null;
  const visit = (coordinates) => {
    if (typeof coordinates[0] === "number") {
      const [x, y] = coordinates;
      bounds = bounds ? [Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y)] : [x, y, x, y];
    } else coordinates.forEach(visit);
  };
  for (const { geometry } of features) visit(geometry.coordinates);
  return bounds;
}

// The overview of a small database, see apps/pages/overview.py.
export function overviewFeatures({ lines, places }) {
  const features = [];
  for (const { key, tags, points, closed: isClosed } of lines) {
    if (isClosed && isArea(tags) && points.length > 3) {
      const cls = areaClass(tags);
      features.push(feature(key, { type: "Polygon", coordinates: [points] }, { kind: cls === "water" ? "water" : "area", cls, size: Math.abs(signedArea(points)), name: nameOf(tags) }));
    } else {
      const cls = lineClass(tags);
      if (cls) features.push(feature(key, { type: "LineString", coordinates: points }, { ...cls, name: nameOf(tags), tunnel: false }));
    }
  }
  for (const { key, tags, point } of places) {
    features.push(feature(key, { type: "Point", coordinates: point }, { kind: "place", name: nameOf(tags), ...poiClass(tags), order: -(tags.capital ? 1e9 : Number(tags.population) || 0) }));
  }
  return features;
}
