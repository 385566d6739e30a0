import assert from "node:assert/strict";
import { test } from "node:test";

import { useAreaKeys } from "../../static/js/classes.js";
import { Elements } from "../../static/js/features.js";

globalThis.document = /** @type {any} */ ({ documentElement: { lang: "de" } });
useAreaKeys({ building: [], natural: [] });

const NODES = [
  [1, 0, 0],
  [2, 3, 0],
  [3, 3, 3],
  [4, 0, 3],
  [5, 1, 1],
  [6, 2, 1],
  [7, 2, 2],
].map(([id, lon, lat]) => ({ type: "node", id, lon, lat }));

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

test("a multipolygon keeps its hole", () => {
  const features = drawn(
    { type: "way", id: 1, nodes: [1, 2, 3, 4, 1] },
    { type: "way", id: 2, nodes: [5, 6, 7, 5] },
    {
      type: "relation",
      id: 9,
      tags: { type: "multipolygon", natural: "wood" },
      members: [
        { type: "way", ref: 1, role: "outer" },
        { type: "way", ref: 2, role: "inner" },
      ],
    },
  );
  const wood = features.find(({ properties }) => properties.key === "relation/9");
  assert.equal(wood.geometry.coordinates.length, 2);
});

test("a multipolygon that reaches out of what is loaded is not drawn, but known as incomplete", () => {
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
