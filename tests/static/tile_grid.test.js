import assert from "node:assert/strict";
import { test } from "node:test";

import { column, latOf, lonOf, row } from "../../static/js/tile_grid.js";

test("the world is one tile at zoom 0", () => {
  assert.equal(column(9.5, 0), 0);
  assert.equal(row(47.1, 0), 0);
});

test("a tile contains the positions between its corners", () => {
  const zoom = 15;
  for (const [lon, lat] of [
    [9.52, 47.14],
    [-179.9, -84],
    [179.9, 84],
  ]) {
    const [x, y] = [column(lon, zoom), row(lat, zoom)];
    assert.ok(lonOf(x, zoom) <= lon && lon < lonOf(x + 1, zoom));
    assert.ok(latOf(y, zoom) >= lat && lat > latOf(y + 1, zoom));
  }
});

test("latitudes beyond the map are moved to its edge", () => {
  assert.equal(row(90, 10), row(85, 10));
});
