import assert from "node:assert/strict";
import { test } from "node:test";

import { hasData } from "../../static/js/area.js";
import { column, row } from "../../static/js/tile_grid.js";

const zoom = 12;
const cells = [[column(9.52, zoom), row(47.14, zoom)]];
const coverage = { bounds: null, focus: null, zoom, cells };

test("there is data in a view that touches a cell", () => {
  for (const view of [
    [9.5, 47.1, 9.55, 47.2],
    [9.52, 47.14, 9.5201, 47.1401],
    [-20, 30, 40, 60],
    [-180, -85, 180, 85],
    [-400, -89, 400, 89],
    // The next copy of the world.
    [369.5, 47.1, 369.55, 47.2],
    [-350.5, 47.1, -350.3, 47.2],
  ])
    assert.ok(hasData(coverage, view), String(view));
});

test("there is none beside it", () => {
  for (const view of [
    [9.8, 47.1, 9.9, 47.2],
    [9.5, 46.1, 9.55, 46.2],
    [10, 40, 300, 50],
  ])
    assert.ok(!hasData(coverage, view), String(view));
  assert.ok(!hasData({ ...coverage, cells: [] }, [-400, -89, 400, 89]));
});
