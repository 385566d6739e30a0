import assert from "node:assert/strict";
import { test } from "node:test";

import { latest, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

import { coverageLayers, gpsLayers, outlineLayers, overviewLayers, topLayers } from "../../static/js/overlays.js";
import { paletteOf } from "../../static/js/palettes.js";
import { dataLayers } from "../../static/js/style.js";

for (const theme of ["light", "dark"])
  test(`the ${theme} style is valid`, () => {
    const layers = [coverageLayers, overviewLayers, dataLayers, gpsLayers, outlineLayers, topLayers].flatMap((build) =>
      build(paletteOf(theme)),
    );
    const source = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
    const sources = Object.fromEntries(layers.map((layer) => [layer.source, source]));
    const style = /** @type {any} */ ({ version: 8, sources, layers });
    assert.deepEqual(validateStyleMin(style, latest), []);
  });

test("both palettes have the same colours", () => {
  /**
   * @param {Palette} palette
   * @returns {unknown[]}
   */
  const names = (palette) =>
    Object.entries(palette).map(([name, value]) => (typeof value === "string" ? name : [name, names(value)]));
  assert.deepEqual(names(paletteOf("light")), names(paletteOf("dark")));
});
