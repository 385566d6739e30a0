import assert from "node:assert/strict";
import { test } from "node:test";

import { useAreaKeys } from "../../static/js/areas.js";
import { boundsOf, outline, outlines } from "../../static/js/features.js";

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

test("a closed way with a building tag is outlined as an area", () => {
  const features = outline([...NODES, { ...OUTER, tags: { building: "yes" } }], "way", 1);
  assert.deepEqual(
    features.map(({ properties }) => properties.shape),
    ["area", "line"],
  );
});

test("a way with nodes that are not loaded is outlined as a line", () => {
  const [part] = outline([...NODES, { type: "way", id: 1, nodes: [1, 2, 99, 1], tags: {} }], "way", 1);
  assert.equal(part.geometry.type, "LineString");
  assert.equal(part.geometry.coordinates.length, 3);
});

test("a multipolygon keeps its hole", () => {
  const members = [
    { type: "way", ref: 1, role: "outer" },
    { type: "way", ref: 2, role: "inner" },
  ];
  const tags = { type: "multipolygon", natural: "wood" };
  const [wood] = outline([...NODES, OUTER, INNER, { type: "relation", id: 9, tags, members }], "relation", 9);
  assert.equal(wood.properties.shape, "area");
  assert.equal(wood.geometry.coordinates.length, 2);
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
