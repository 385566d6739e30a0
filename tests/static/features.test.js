import assert from "node:assert/strict";
import { test } from "node:test";

import { useAreaKeys } from "../../static/js/classes.js";
import { boundsOf, Elements, outline, outlines } from "../../static/js/features.js";
import { overviewFeatures } from "../../static/js/overview.js";

globalThis.document = /** @type {any} */ ({ documentElement: { lang: "de" } });
useAreaKeys({ building: [], natural: [] });

/** @type {OsmNode[]} */
const NODES = [
  [1, 0, 0],
  [2, 3, 0],
  [3, 3, 3],
  [4, 0, 3],
  [5, 1, 1],
  [6, 2, 1],
  [7, 2, 2],
].map(([id, lon, lat]) => ({ type: "node", id, lon, lat }));

/** @type {Way} */
const OUTER = { type: "way", id: 1, nodes: [1, 2, 3, 4, 1] };
/** @type {Way} */
const INNER = { type: "way", id: 2, nodes: [5, 6, 7, 5] };

/**
 * Return the features of these elements.
 * @param {OsmElement[]} elements
 */
function drawn(...elements) {
  const store = new Elements();
  store.add([...NODES, ...elements]);
  return store.features();
}

test("a closed way with a building tag is drawn as an area", () => {
  const [house] = drawn({ type: "way", id: 1, nodes: [1, 2, 3, 4, 1], tags: { building: "yes" } });
  assert.equal(house.geometry.type, "Polygon");
  assert.equal(house.properties.kind, "building");
  assert.equal(house.properties.key, "way/1");
});

test("a street is drawn as a line with its name in the reader's language", () => {
  const tags = { highway: "residential", name: "Road", "name:de": "Straße", oneway: "yes" };
  const [street] = drawn({ type: "way", id: 2, nodes: [1, 2, 3], tags });
  assert.equal(street.geometry.type, "LineString");
  assert.equal(street.properties.name, "Straße");
  assert.equal(street.properties.oneway, 1);
});

test("a one-way street against its direction, and a roundabout, have arrows", () => {
  const [reverse, roundabout] = drawn(
    { type: "way", id: 1, nodes: [1, 2], tags: { highway: "primary", oneway: "-1" } },
    { type: "way", id: 2, nodes: [1, 2, 3, 1], tags: { highway: "primary", junction: "roundabout" } },
  );
  assert.equal(reverse.properties.oneway, -1);
  assert.equal(roundabout.properties.oneway, 1);
  assert.equal(roundabout.geometry.type, "LineString");
});

test("a way with nodes that are not loaded is drawn as a line", () => {
  const [part] = drawn({ type: "way", id: 1, nodes: [1, 2, 99, 1], tags: { building: "yes" } });
  assert.equal(part.geometry.type, "LineString");
  assert.equal(part.geometry.coordinates.length, 3);
});

test("a multipolygon keeps its hole", () => {
  const features = drawn(OUTER, INNER, {
    type: "relation",
    id: 9,
    tags: { type: "multipolygon", natural: "wood" },
    members: [
      { type: "way", ref: 1, role: "outer" },
      { type: "way", ref: 2, role: "inner" },
    ],
  });
  const wood = features.find(({ properties }) => properties.key === "relation/9");
  assert.equal(wood?.geometry.coordinates.length, 2);
});

test("a multipolygon with members that are not loaded is not drawn, but reported as incomplete", () => {
  const store = new Elements();
  const members = [
    { type: "way", ref: 1, role: "outer" },
    { type: "way", ref: 77, role: "outer" },
  ];
  store.add([
    ...NODES,
    { type: "way", id: 1, nodes: [1, 2, 3] },
    { type: "relation", id: 9, tags: { type: "multipolygon", natural: "wood" }, members },
  ]);
  assert.deepEqual(store.features(), []);
  assert.deepEqual(
    store.incomplete().map(({ id }) => id),
    [9],
  );
});

test("the outline of a relation has each of its members once", () => {
  const member = { type: "way", ref: 1, role: "" };
  const members = [member, member, { type: "node", ref: 5, role: "stop" }, { type: "way", ref: 77, role: "" }];
  const features = outline([...NODES, OUTER, { type: "relation", id: 9, members }], "relation", 9);
  assert.deepEqual(
    features.map(({ properties }) => [properties.key, properties.shape]),
    [
      ["way/1", "line"],
      ["node/5", "point"],
    ],
  );
});

test("the outlines of several elements follow one another", () => {
  const features = outlines([...NODES, OUTER, INNER], ["way/2", "node/1", "way/77"]);
  assert.deepEqual(
    features.map(({ properties }) => [properties.key, properties.shape]),
    [
      ["way/2", "line"],
      ["node/1", "point"],
    ],
  );
});

test("bounds enclose all features", () => {
  assert.deepEqual(boundsOf(outline([...NODES, OUTER], "way", 1)), [0, 0, 3, 3]);
  assert.equal(boundsOf([]), null);
});

test("the overview has areas, lines, and places ordered by population", () => {
  const points = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ];
  const features = overviewFeatures({
    lines: [
      { key: "way/1", tags: { natural: "water" }, points, closed: true },
      { key: "way/2", tags: { highway: "motorway" }, points, closed: false },
    ],
    places: [{ key: "node/3", tags: { place: "town", name: "Vaduz", population: "5000" }, point: [0, 0] }],
  });
  assert.deepEqual(
    features.map(({ properties }) => properties.kind),
    ["water", "road", "place"],
  );
  assert.equal(features[2].properties.order, -5000);
});
