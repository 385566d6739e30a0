// What the map is drawn with: the built styles, in the reader's language, and the ids of elements in tiles.

import { gpsLayers, outlineLayers, topLayers } from "./overlays.js";

const EMPTY = { type: "FeatureCollection", features: [] };
/** @type {Record<string, { type: string, features: Feature[] }>} What pages show above the map, by source: nothing yet. */
export const NOTHING_SHOWN = { boxes: EMPTY, gps: EMPTY, outline: EMPTY, selected: EMPTY };

/** The styles of our own map by their letter in URLs; C and T are those of openstreetmap.org for such maps. */
export const STYLES = { "": "standard", K: "dark", B: "grey", X: "contrast", C: "cycling", T: "transport" };

/** The library's zoom from which on features in tiles have ids. */
export const FIRST_IDS = 13;

/** Languages that tiles have names in, besides the local one. */
const LANGUAGES = ["de", "en"];

const TYPES = ["node", "way", "relation"];

/**
 * Return the id that an element has in tiles.
 * @param {string} key - such as `way/5`
 */
export function idOf(key) {
  const [type, id] = key.split("/");
  return 4 * Number(id) + TYPES.indexOf(type) + 1;
}

/**
 * Return the element that an id in tiles stands for.
 * @param {number} id
 */
export const keyOf = (id) => `${TYPES[(id % 4) - 1]}/${Math.floor(id / 4)}`;

/**
 * Return the name of the style for a choice of layers and a theme of the page.
 * @param {string} variant - a key of STYLES
 * @param {boolean} isDark
 */
export function styleName(variant, isDark) {
  const name = STYLES[/** @type {keyof typeof STYLES} */ (variant)];
  if (!isDark || name === "dark") return name;
  return name === "standard" ? "dark" : `${name}-dark`;
}

/**
 * Return the first of the reader's languages that tiles have names in, if any.
 * @param {readonly string[]} languages
 */
export function labelLanguage(languages) {
  return languages.map((language) => language.split("-")[0]).find((language) => LANGUAGES.includes(language));
}

/**
 * Return the name of a feature of a tile.
 * @param {Record<string, any>} properties
 * @param {string | undefined} language
 */
export const nameIn = (properties, language) => properties[`name_${language}`] || properties.name || "";

/**
 * Replace the local name in an expression by that in a language, with the local one where there is no other.
 * @template T
 * @param {T} expression
 * @param {string | undefined} language
 * @returns {T}
 */
export function localized(expression, language) {
  if (!language || !Array.isArray(expression)) return expression;
  if (expression[0] === "get" && expression[1] === "name")
    return /** @type {any} */ (["coalesce", ["get", `name_${language}`], expression]);
  return /** @type {any} */ (expression.map((part) => localized(part, language)));
}

/**
 * Return the style of the whole map: our tiles, below them the tiles of another map if one is chosen, above them
 * what pages show.
 * @param {{ layers: StyleLayer[] }} style - as it was built
 * @param {{ tiles: string, sprite: string, language: string | undefined, base: object | null }} options
 * @param {Record<string, object>} data - GeoJSON by source
 * @param {Palette} palette
 */
export function wholeStyle(style, { tiles, sprite, language, base }, data, palette) {
  /** @type {Record<string, object>} */
  const sources = {
    osm: { type: "vector", tiles: [tiles], maxzoom: 14 },
    boxes: { type: "geojson", data: data.boxes, promoteId: "id" },
    gps: { type: "geojson", data: data.gps },
    outline: { type: "geojson", data: data.outline },
    selected: { type: "geojson", data: data.selected, tolerance: 0.2 },
  };
  const layers = style.layers.map((layer) => {
    const layout = /** @type {Record<string, unknown> | undefined} */ (layer.layout);
    return layout?.["text-field"]
      ? { ...layer, layout: { ...layout, "text-field": localized(layout["text-field"], language) } }
      : layer;
  });
  if (base) {
    sources.base = { type: "raster", tileSize: 256, ...base };
    layers.unshift({ id: "base", type: "raster", source: "base" });
  }
  layers.push(...gpsLayers(palette), ...topLayers(palette), ...outlineLayers(palette));
  return { version: 8, sources, layers, sprite };
}
