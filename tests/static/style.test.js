import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { latest, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";

import {
  idOf,
  keyOf,
  labelLanguage,
  localized,
  nameIn,
  STYLES,
  styleName,
  wholeStyle,
} from "../../static/js/drawing.js";
import { paletteOf } from "../../static/js/palettes.js";
import { FILES, ICONS } from "../../style/icons.js";
import { sprite } from "../../style/sprite.js";
import { OUTLINED, outlinesOf, styleOf } from "../../style/style.js";
import { PALETTES } from "../../style/variants.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const DATA = { boxes: EMPTY, gps: EMPTY, outline: EMPTY, selected: EMPTY };
const OPTIONS = { tiles: "https://a/{z}/{x}/{y}", sprite: "https://a/sprite", language: "de", base: null };

/** The layers of our tiles, as apps/tiles/layers.py names them. */
const TILES = new Set(
  [...readFileSync(new URL("../../apps/tiles/layers.py", import.meta.url), "utf8").matchAll(/Layer\(\s*"(\w+)"/g)].map(
    ([, name]) => name,
  ),
);

/** @param {string} name */
const whole = (name) => /** @type {any} */ (wholeStyle(styleOf(name), OPTIONS, DATA, paletteOf("light")));

for (const name of Object.keys(PALETTES))
  test(`the style ${name} is valid and draws what is in the tiles`, () => {
    const style = whole(name);
    assert.deepEqual(validateStyleMin(style, latest), []);
    assert.equal(new Set(style.layers.map((/** @type {StyleLayer} */ { id }) => id)).size, style.layers.length);
    for (const layer of style.layers)
      if (layer.source === "osm") assert.ok(TILES.has(layer["source-layer"]), `${layer.id}: ${layer["source-layer"]}`);
    assert.equal(style.glyphs, undefined);
  });

test("every layer of the tiles is drawn", () => {
  const drawn = new Set(styleOf("standard").layers.map((layer) => layer["source-layer"]));
  assert.deepEqual(
    [...TILES].filter((name) => !drawn.has(name)),
    [],
  );
});

test("the outlines above other maps are valid and of layers of the tiles", () => {
  const style = /** @type {any} */ (
    wholeStyle(
      outlinesOf("standard", OUTLINED),
      { ...OPTIONS, base: { tiles: ["https://b/{z}"] } },
      DATA,
      paletteOf("dark"),
    )
  );
  assert.deepEqual(validateStyleMin(style, latest), []);
  assert.equal(style.layers[0].id, "base");
  assert.deepEqual(
    OUTLINED.filter((name) => !TILES.has(name)),
    [],
  );
});

test("every icon that a style names is in the sprite, at both sizes", () => {
  const text = Object.keys(PALETTES)
    .flatMap((name) => styleOf(name).layers)
    .map((layer) => JSON.stringify(/** @type {any} */ (layer).layout?.["icon-image"] ?? ""))
    .join();
  const named = new Set([...Object.values(ICONS)].filter((icon) => text.includes(`"${icon}"`)));
  assert.ok(named.size > 100);
  for (const ratio of [1, 2]) {
    const { image, index } = sprite(ratio);
    assert.equal(image.subarray(1, 4).toString(), "PNG");
    assert.deepEqual(Object.keys(index), Object.keys(FILES).sort());
    assert.deepEqual(
      [...named].filter((icon) => !(icon in index)),
      [],
    );
  }
});

test("all palettes have the same colours", () => {
  /**
   * @param {Palette} palette
   * @returns {unknown[]}
   */
  const names = (palette) =>
    Object.entries(palette).map(([name, value]) => (typeof value === "object" ? [name, names(value)] : name));
  assert.deepEqual(names(paletteOf("light")), names(paletteOf("dark")));
});

test("ids in tiles tell the element", () => {
  for (const key of ["node/1", "way/5", "relation/12345678901"]) assert.equal(keyOf(idOf(key)), key);
  assert.equal(idOf("way/5"), 22);
});

test("the theme of the page chooses between light and dark", () => {
  assert.equal(styleName("", false), "standard");
  assert.equal(styleName("", true), "dark");
  assert.equal(styleName("K", false), "dark");
  assert.equal(styleName("C", true), "cycling-dark");
  for (const variant of Object.keys(STYLES)) assert.ok(styleName(variant, true) in PALETTES);
});

test("labels are in the first of the reader's languages that tiles have", () => {
  assert.equal(labelLanguage(["fr-CH", "de-CH", "en"]), "de");
  assert.equal(labelLanguage(["ja"]), undefined);
  assert.deepEqual(localized(["case", true, ["get", "name"], ""], "en"), [
    "case",
    true,
    ["coalesce", ["get", "name_en"], ["get", "name"]],
    "",
  ]);
  assert.equal(nameIn({ name: "Rhein", name_en: "Rhine" }, "en"), "Rhine");
  assert.equal(nameIn({ name: "Rhein" }, undefined), "Rhein");
});
