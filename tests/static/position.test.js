import assert from "node:assert/strict";
import { test } from "node:test";

import { decimals, hashOf, markerOf, parseHash, shortCode } from "../../static/js/position.js";

test("a hash that was written is read back", () => {
  const hash = hashOf({ zoom: 16.5, lat: 47.14123, lon: 9.52077, layers: "DN" });
  assert.equal(hash, "#map=16.5/47.14123/9.52077&layers=DN");
  assert.deepEqual(parseHash(hash), { zoom: 16.5, center: [9.52077, 47.14123], layers: "DN" });
});

test("what is no position is ignored, the layers are kept", () => {
  for (const hash of ["", "#map=1/2", "#map=a/b/c", "#map=5/91/0"]) assert.equal(parseHash(hash).center, undefined);
  assert.equal(parseHash("#layers=G").layers, "G");
});

test("positions get as many decimals as the zoom can show", () => {
  assert.equal(decimals(0), 1);
  assert.equal(decimals(18), 6);
});

test("a marker needs a latitude and a longitude", () => {
  assert.deepEqual(markerOf(new URLSearchParams("mlat=47.1&mlon=9.5")), [9.5, 47.1]);
  assert.equal(markerOf(new URLSearchParams("mlat=47.1")), null);
  assert.equal(markerOf(new URLSearchParams("mlat=&mlon=9.5")), null);
});

test("short codes are those of openstreetmap.org", () => {
  assert.equal(shortCode(51.511, 0.055, 9), "0EEQjE--");
  assert.equal(shortCode(0, 0, 16).length, 8);
});
