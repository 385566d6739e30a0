import assert from "node:assert/strict";
import { test } from "node:test";

import { isArea, useAreaKeys } from "../../static/js/areas.js";
import { areaClass, poiClass } from "../../style/classes.js";

useAreaKeys({ building: [], natural: ["coastline", "cliff"], leisure: ["slipway"], junction: ["roundabout"] });

test("a closed way is an area according to the table of area keys", () => {
  assert.ok(isArea({ building: "yes" }));
  assert.ok(isArea({ natural: "water" }));
  assert.ok(!isArea({ natural: "cliff" }));
  assert.ok(!isArea({ highway: "residential" }));
});

test("the tag area overrides the table", () => {
  assert.ok(isArea({ highway: "pedestrian", area: "yes" }));
  assert.ok(!isArea({ building: "yes", area: "no" }));
});

test("a roundabout is a line", () => {
  assert.ok(!isArea({ highway: "primary", junction: "roundabout" }));
});

test("a key that JavaScript objects have of their own is not in the table", () => {
  assert.ok(!isArea({ constructor: "me", toString: "you" }));
});

test("an area has the class of its main tag", () => {
  assert.equal(areaClass({ building: "house" }), "building");
  assert.equal(areaClass({ natural: "wood" }), "forest");
  assert.equal(areaClass({ name: "Alp" }), null);
});

test("points of interest have a class, other nodes have none", () => {
  assert.equal(poiClass({ amenity: "cafe" })?.cls, "food");
  assert.equal(poiClass({ place: "village", name: "Triesen" })?.kind, "place");
  assert.equal(poiClass({ place: "village" }), null);
  assert.equal(poiClass({ source: "survey" }), null);
});
