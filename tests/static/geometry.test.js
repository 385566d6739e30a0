import assert from "node:assert/strict";
import { test } from "node:test";

import { atLeast, contains, rings, signedArea } from "../../static/js/geometry.js";

const SQUARE = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [0, 0],
];

test("ways that meet end to end become one closed ring, whatever their direction", () => {
  const [ring] = rings([
    [1, 2, 3],
    [5, 4, 3],
    [5, 1],
  ]);
  assert.equal(ring[0], ring.at(-1));
  assert.deepEqual(new Set(ring), new Set([1, 2, 3, 4, 5]));
  assert.equal(ring.length, 6);
});

test("ways that do not close are left out", () => {
  assert.deepEqual(
    rings([
      [1, 2, 3],
      [3, 4],
      [7, 8, 9, 7],
    ]),
    [[7, 8, 9, 7]],
  );
});

test("the area of a clockwise ring is positive", () => {
  assert.equal(signedArea(SQUARE), -4);
  assert.equal(signedArea([...SQUARE].reverse()), 4);
});

test("a point is inside a ring or outside of it", () => {
  assert.ok(contains(SQUARE, [1, 1]));
  assert.ok(!contains(SQUARE, [3, 1]));
  assert.ok(!contains(SQUARE, [1, -1]));
});

test("a small bbox grows around its middle, by pixels of the map", () => {
  const world = 360 / 512;
  assert.deepEqual(atLeast([10, 0, 10, 0], 0, 2), [10 - world, -world, 10 + world, world]);
  const [west, south, east, north] = atLeast([9.5, 47.1, 9.6, 47.1], 14, 18);
  assert.deepEqual([west, east], [9.5, 9.6]);
  assert.ok(north - south > 0);
  // Further from the equator, a degree of latitude takes more pixels.
  const [, low, , high] = atLeast([9.5, 0, 9.6, 0], 14, 18);
  assert.ok(north - south < high - low);
});

test("a large bbox stays as it is", () => {
  assert.deepEqual(atLeast([9, 47, 10, 48], 12, 18), [9, 47, 10, 48]);
});
