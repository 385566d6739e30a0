// Conversion of elements, as the API returns them, to the GeoJSON features that the map's style draws.

import { areaClass, isArea, lineClass, poiClass } from "./classes.js";
import { centre, contains, rings, signedArea } from "./geometry.js";

// Larger multipolygons are not completed with what lies outside of the view.
const MAX_MEMBERS = 400;

/** @param {{ type: string, id: number }} element */
export const keyOf = (element) => `${element.type}/${element.id}`;

/** @param {Way} way */
const closed = (way) => way.nodes.length > 3 && way.nodes[0] === way.nodes[way.nodes.length - 1];

/**
 * Return the name in the language of the page.
 * @param {Tags} tags
 */
export function nameOf(tags) {
  const language = document.documentElement.lang;
  return tags[`name:${language}`] || tags.name || "";
}

/** Elements by type and id, and the features they become. */
export class Elements {
  constructor() {
    /** @type {Map<number, OsmNode>} */
    this.nodes = new Map();
    /** @type {Map<number, Way>} */
    this.ways = new Map();
    /** @type {Map<number, Relation>} */
    this.relations = new Map();
    /**
     * Features of nodes and ways by key, so that they are built only once.
     * @type {Map<string, Feature[]>}
     */
    this.drawn = new Map();
  }

  /** @param {OsmElement[]} elements */
  add(elements) {
    for (const element of elements) {
      /** @type {Map<number, OsmElement>} */
      const store = { node: this.nodes, way: this.ways, relation: this.relations }[element.type];
      // Historic nodes may lie outside the world, where no map can draw them.
      if (element.type === "node" && (Math.abs(element.lat) > 90 || Math.abs(element.lon) > 180)) continue;
      if (store && !store.has(element.id)) store.set(element.id, element);
    }
  }

  /** Return the multipolygons with members that are not loaded: their rings do not close yet. */
  incomplete() {
    return [...this.relations.values()].filter(
      ({ tags = {}, members }) =>
        tags.type === "multipolygon" &&
        isArea(tags) &&
        areaClass(tags) &&
        members.length <= MAX_MEMBERS &&
        members.some(({ type, ref }) => type === "way" && !this.ways.has(ref)),
    );
  }

  /**
   * Return the points of a way, without those that are not loaded.
   * @param {Way} way
   */
  line(way) {
    /** @type {LonLat[]} */
    const points = [];
    for (const id of way.nodes) {
      const node = this.nodes.get(id);
      if (node?.lat !== undefined) points.push([node.lon, node.lat]);
    }
    return points;
  }

  /** Return all features to draw. Names of areas are points of their own. */
  features() {
    /** @type {Feature[]} */
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

  /** @param {OsmNode} node */
  node(node) {
    const { tags = {} } = node;
    const geometry = { type: "Point", coordinates: [node.lon, node.lat] };
    /** @type {Feature[]} */
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

  /** @param {Way} way */
  way(way) {
    const tags = way.tags || {};
    const points = this.line(way);
    if (points.length < 2) return [];
    const isWhole = points.length === way.nodes.length;
    if (isWhole && closed(way) && isArea(tags)) return area(keyOf(way), tags, [[points]]);
    return this.asLine(way, tags, points);
  }

  /**
   * @param {Way} way
   * @param {Tags} tags
   * @param {LonLat[]} points
   */
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
          oneway: direction(tags),
        },
      ),
    ];
  }

  /** @param {Relation} relation */
  multipolygon(relation) {
    const tags = relation.tags || {};
    if (tags.type !== "multipolygon" || !isArea(tags)) return null;
    /** @type {number[][]} */
    const outer = [];
    /** @type {number[][]} */
    const inner = [];
    for (const member of relation.members) {
      const way = member.type === "way" && this.ways.get(member.ref);
      if (way) (member.role === "inner" ? inner : outer).push(way.nodes);
    }
    /** @param {number[]} ring */
    const place = (ring) =>
      ring
        .map((id) => this.nodes.get(id))
        .filter((node) => node !== undefined)
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

/**
 * Return 1 for a line that is one-way, -1 against its own direction, 0 for any other.
 * @param {Tags} tags
 */
function direction(tags) {
  if (tags.oneway === "yes" || tags.oneway === "1" || tags.junction === "roundabout") return 1;
  return tags.oneway === "-1" ? -1 : 0;
}

/**
 * @param {string} key
 * @param {Geometry} geometry
 * @param {Record<string, unknown>} properties
 * @returns {Feature}
 */
export function feature(key, geometry, properties) {
  return { type: "Feature", geometry, properties: { key, ...properties } };
}

/**
 * Return the features of an area: its outline, and points for its name and house number.
 * @param {string} key
 * @param {Tags} tags
 * @param {LonLat[][][]} polygons
 */
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

/**
 * Return the outline of the element whose page is open: lines, areas and points, whatever their tags.
 * @param {OsmElement[]} elements - the element, and those that it consists of
 * @param {string} type
 * @param {number} id
 */
export function outline(elements, type, id) {
  return outlines(elements, [`${type}/${id}`]);
}

/**
 * Return the outlines of several elements.
 * @param {OsmElement[]} elements - these elements, and those that they consist of
 * @param {string[]} keys - such as `way/5`
 */
export function outlines(elements, keys) {
  const store = new Elements();
  store.add(elements);
  return keys.flatMap((key) => outlineOf(store, key));
}

/**
 * @param {Elements} store
 * @param {string} key
 */
function outlineOf(store, key) {
  const [type, number] = key.split("/");
  const id = Number(number);
  /** @type {Feature[]} */
  const features = [];
  const drawn = new Set();
  /** @param {OsmNode} node */
  const point = (node) =>
    features.push(feature(keyOf(node), { type: "Point", coordinates: [node.lon, node.lat] }, { shape: "point" }));
  /** @param {Way} way */
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
      const node = member.type === "node" ? store.nodes.get(member.ref) : undefined;
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

/**
 * Return [west, south, east, north] around the features, or null if there are none.
 * @param {Feature[]} features
 */
export function boundsOf(features) {
  /** @type {number[] | null} */
  let bounds = null;
  /** @param {any} coordinates */
  const visit = (coordinates) => {
    if (typeof coordinates[0] === "number") {
      const [x, y] = coordinates;
      bounds = bounds
        ? [Math.min(bounds[0], x), Math.min(bounds[1], y), Math.max(bounds[2], x), Math.max(bounds[3], y)]
        : [x, y, x, y];
    } else coordinates.forEach(visit);
  };
  for (const { geometry } of features) visit(geometry.coordinates);
  return /** @type {number[] | null} */ (bounds);
}
