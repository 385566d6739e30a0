// From elements, as the API returns them, to GeoJSON that the map's style draws.

import { areaClass, isArea, lineClass, poiClass } from "./classes.js";
import { centre, contains, rings, signedArea } from "./geometry.js";

const MOST_MEMBERS = 400;

export const keyOf = (element) => `${element.type}/${element.id}`;
const closed = (way) => way.nodes.length > 3 && way.nodes[0] === way.nodes[way.nodes.length - 1];

function nameOf(tags) {
  const language = document.documentElement.lang;
  return tags[`name:${language}`] || tags.name || "";
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
    return [...this.relations.values()].filter(
      ({ tags = {}, members }) =>
        tags.type === "multipolygon" &&
        isArea(tags) &&
        areaClass(tags) &&
        members.length <= MOST_MEMBERS &&
        members.some(({ type, ref }) => type === "way" && !this.ways.has(ref)),
    );
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
    if (poi)
      found.push(
        feature(keyOf(node), geometry, {
          kind: "poi",
          name: nameOf(tags),
          ele: tags.natural === "peak" ? tags.ele || "" : "",
          ...poi,
        }),
      );
    if (tags["addr:housenumber"])
      found.push(feature(keyOf(node), geometry, { kind: "number", name: tags["addr:housenumber"] }));
    return found;
  }

  way(way) {
    const tags = way.tags || {};
    const points = this.line(way);
    if (points.length < 2 || points.length < way.nodes.length)
      return points.length < 2 ? [] : this.asLine(way, tags, points);
    if (closed(way) && isArea(tags)) return area(keyOf(way), tags, [[points]]);
    return this.asLine(way, tags, points);
  }

  asLine(way, tags, points) {
    const cls = lineClass(tags);
    if (!cls) return [];
    return [
      feature(
        keyOf(way),
        { type: "LineString", coordinates: points },
        {
          ...cls,
          name: nameOf(tags),
          ref: tags.ref || "",
          tunnel: Boolean(tags.tunnel && tags.tunnel !== "no"),
          bridge: Boolean(tags.bridge && tags.bridge !== "no"),
          oneway:
            tags.oneway === "yes" || tags.oneway === "1" || tags.junction === "roundabout"
              ? 1
              : tags.oneway === "-1"
                ? -1
                : 0,
        },
      ),
    ];
  }

  multipolygon(relation) {
    const tags = relation.tags || {};
    if (tags.type !== "multipolygon" || !isArea(tags)) return null;
    const outer = [],
      inner = [];
    for (const member of relation.members) {
      const way = member.type === "way" && this.ways.get(member.ref);
      if (way) (member.role === "inner" ? inner : outer).push(way.nodes);
    }
    const place = (ring) =>
      ring
        .map((id) => this.nodes.get(id))
        .filter((node) => node)
        .map((node) => [node.lon, node.lat]);
    const polygons = rings(outer)
      .map((ring) => [place(ring)])
      .filter(([ring]) => ring.length > 3);
    if (!polygons.length) return null;
    for (const hole of rings(inner).map(place)) {
      if (hole.length < 4) continue;
      const around = polygons.find(([ring]) => contains(ring, hole[0]));
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
  const geometry =
    polygons.length === 1
      ? { type: "Polygon", coordinates: polygons[0] }
      : { type: "MultiPolygon", coordinates: polygons };
  const found = [feature(key, geometry, { kind, cls: cls || "other", size, name: nameOf(tags) })];
  const [largest] = polygons.reduce((a, b) => (Math.abs(signedArea(b[0])) > Math.abs(signedArea(a[0])) ? b : a));
  const middle = { type: "Point", coordinates: centre(largest) };
  const poi = poiClass(
    Object.fromEntries(
      Object.entries(tags).filter(([k]) => !["natural", "landuse", "man_made", "power", "barrier"].includes(k)),
    ),
  );
  if (
    poi &&
    poi.rank < 9 &&
    (tags.amenity ||
      tags.shop ||
      tags.tourism ||
      tags.historic ||
      tags.office ||
      tags.healthcare ||
      (tags.leisure && kind === "building"))
  ) {
    if (tags.name || kind === "building")
      found.push(feature(key, middle, { kind: "poi", name: nameOf(tags), ele: "", ...poi }));
  } else if (tags.name && kind !== "building") {
    found.push(
      feature(key, middle, {
        kind: "label",
        cls: kind === "water" ? "water" : cls || "other",
        size,
        name: nameOf(tags),
      }),
    );
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
  const point = (node) =>
    features.push(feature(keyOf(node), { type: "Point", coordinates: [node.lon, node.lat] }, { shape: "point" }));
  const line = (way) => {
    const points = store.line(way);
    if (points.length > 1) {
      const isClosed = closed(way) && isArea(way.tags || {});
      if (isClosed) features.push(feature(keyOf(way), { type: "Polygon", coordinates: [points] }, { shape: "area" }));
      features.push(feature(keyOf(way), { type: "LineString", coordinates: points }, { shape: "line" }));
    } else if (points.length)
      features.push(feature(keyOf(way), { type: "Point", coordinates: points[0] }, { shape: "point" }));
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
      bounds = bounds
        ? [Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y)]
        : [x, y, x, y];
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
      features.push(
        feature(
          key,
          { type: "Polygon", coordinates: [points] },
          { kind: cls === "water" ? "water" : "area", cls, size: Math.abs(signedArea(points)), name: nameOf(tags) },
        ),
      );
    } else {
      const cls = lineClass(tags);
      if (cls)
        features.push(
          feature(key, { type: "LineString", coordinates: points }, { ...cls, name: nameOf(tags), tunnel: false }),
        );
    }
  }
  for (const { key, tags, point } of places) {
    features.push(
      feature(
        key,
        { type: "Point", coordinates: point },
        {
          kind: "place",
          name: nameOf(tags),
          ...poiClass(tags),
          order: -(tags.capital ? 1e9 : Number(tags.population) || 0),
        },
      ),
    );
  }
  return features;
}
