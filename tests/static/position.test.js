import assert from "node:assert/strict";
import { test } from "node:test";

import { decimals, fromCookie, fromQuery, hashOf, markerOf, parseHash, shortCode } from "../../static/js/position.js";

test("a hash that was written is read back", () => {
  const hash = hashOf({ zoom: 16.5, lat: 47.14123, lon: 9.52077, layers: "DN" });
  assert.equal(hash, "#map=16.5/47.14123/9.52077&layers=DN");
  assert.deepEqual(parseHash(hash), { zoom: 16.5, center: [9.52077, 47.14123], layers: "DN" });
});

test("an invalid position is ignored, the layers are kept", () => {
  for (const hash of ["", "#map=1/2", "#map=a/b/c", "#map=5/91/0"]) assert.equal(parseHash(hash).center, undefined);
  assert.equal(parseHash("#layers=G").layers, "G");
});

test("positions have as many decimals as the zoom can show", () => {
  assert.equal(decimals(0), 1);
  assert.equal(decimals(18), 6);
});

test("a query gives a position in four ways", () => {
  for (const [query, position] of /** @type {[string, Position | null][]} */ ([
    ["bbox=9,47,10,48", { bounds: [9, 47, 10, 48] }],
    ["minlon=9&minlat=47&maxlon=10&maxlat=48", { bounds: [9, 47, 10, 48] }],
    ["mlat=47&mlon=9&zoom=15", { center: [9, 47], zoom: 15 }],
    ["mlat=47&mlon=9", { center: [9, 47], zoom: 12 }],
    ["geouri=geo:47.1,9.5?z=16", { center: [9.5, 47.1], zoom: 16 }],
    ["bbox=9,47,10", null],
    ["bbox=9,47,10,95", null],
    ["minlon=9&minlat=-95&maxlon=10&maxlat=48", null],
    ["mlat=95&mlon=9", null],
    ["mlat=90&mlon=180", { center: [180, 90], zoom: 12 }],
    ["geouri=geo:95,9.5", null],
    ["geouri=geo:1.2.3,9.5", null],
    ["", null],
  ]))
    assert.deepEqual(fromQuery(new URLSearchParams(query)), position);
});

test("the cookie gives the last position", () => {
  const cookies = `a=1; _osm_location=${encodeURIComponent("9.5|47.1|16|N")}; b=2`;
  assert.deepEqual(fromCookie(cookies), { center: [9.5, 47.1], zoom: 16, layers: "N" });
  assert.equal(fromCookie("a=1"), null);
  assert.equal(fromCookie("_osm_location=x"), null);
  assert.equal(fromCookie("_osm_location=9|95|5|"), null);
});

test("a marker needs a latitude and a longitude", () => {
  assert.deepEqual(markerOf(new URLSearchParams("mlat=47.1&mlon=9.5")), [9.5, 47.1]);
  assert.equal(markerOf(new URLSearchParams("mlat=47.1")), null);
  assert.equal(markerOf(new URLSearchParams("mlat=95&mlon=9.5")), null);
  assert.equal(markerOf(new URLSearchParams("mlat=&mlon=9.5")), null);
});

test("short codes are the same as those of openstreetmap.org", () => {
  assert.equal(shortCode(51.511, 0.055, 9), "0EEQjE--");
  assert.equal(shortCode(0, 0, 16).length, 8);
});
