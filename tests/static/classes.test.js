import assert from "node:assert/strict";
import { test } from "node:test";

import { areaClass, isArea, lineClass, poiClass, useAreaKeys } from "../../static/js/classes.js";

useAreaKeys({ building: [], natural: ["coastline", "cliff"], leisure: ["slipway"] });

test("closed ways are areas by the table of the server", () => {
  assert.ok(isArea({ building: "yes" }));
  assert.ok(isArea({ natural: "water" }));
  assert.ok(!isArea({ natural: "cliff" }));
  assert.ok(!isArea({ highway: "residential" }));
});

test("the tag area decides where it is set", () => {
  assert.ok(isArea({ highway: "pedestrian", area: "yes" }));
  assert.ok(!isArea({ building: "yes", area: "no" }));
});

test("a building that is none is no area", () => {
  assert.ok(!isArea({ building: "no" }));
});

test("areas have the class of their main tag", () => {
  assert.equal(areaClass({ building: "house" }), "building");
  assert.equal(areaClass({ natural: "wood" }), "forest");
  assert.equal(areaClass({ name: "Alp" }), null);
});

test("roads are ranked by importance and layer", () => {
  const below = lineClass({ highway: "primary", layer: "-1" });
  const road = lineClass({ highway: "primary" });
  const street = lineClass({ highway: "residential" });
  assert.equal(road.kind, "road");
  assert.ok(road.rank > street.rank && street.rank > below.rank);
});

test("points of interest have a kind, and bare nodes have none", () => {
  assert.equal(poiClass({ amenity: "cafe" }).cls, "food");
  assert.equal(poiClass({ place: "village", name: "Triesen" }).kind, "place");
  assert.equal(poiClass({ place: "village" }), null);
  assert.equal(poiClass({ source: "survey" }), null);
});
