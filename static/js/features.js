// Outlines of elements, as the API returns them, in GeoJSON.

import { isArea } from "./areas.js";
import { contains, rings } from "./geometry.js";

/** @param {{ type: string, id: number }} element */
export const keyOf = (element) => `${element.type}/${element.id}`;

/** @param {Way} way */
const closed = (way) => way.nodes.length > 3 && way.nodes[0] === way.nodes[way.nodes.length - 1];

/** Elements by type and id. */
export class Elements {
  constructor() {
    /** @type {Map<number, OsmNode>} */
    this.nodes = new Map();
    /** @type {Map<number, Way>} */
    this.ways = new Map();
    /** @type {Map<number, Relation>} */
    this.relations = new Map();
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

  /**
   * Return the area of a multipolygon, or null if it is none or none of its rings closes.
   * @param {Relation} relation
   */
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
    return polygons.length === 1
      ? { type: "Polygon", coordinates: polygons[0] }
      : { type: "MultiPolygon", coordinates: polygons };
  }
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
    if (relation && polygon) features.unshift(feature(keyOf(relation), polygon, { shape: "area" }));
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
