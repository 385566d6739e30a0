import assert from "node:assert/strict";
import { test } from "node:test";

import { column, row } from "../../static/js/tile_grid.js";

test("the world is one tile at zoom 0", () => {
  assert.equal(column(9.5, 0), 0);
  assert.equal(row(47.1, 0), 0);
});

test("positions are in the tiles that other programs name", () => {
  assert.deepEqual([column(9.52, 14), row(47.14, 14)], [8625, 5753]);
  assert.deepEqual([column(-179.9, 15), row(-84, 15)], [9, 31762]);
});

test("latitudes beyond the map are moved to its edge", () => {
  assert.equal(row(90, 10), row(85, 10));
});
