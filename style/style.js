// A style: the layers from all modules in their order, which of them can be clicked, and how they look under the pointer.

import { geometry } from "../static/js/expressions.js";
import { baseLayers } from "./base.js";
import { areaLayers, buildingLayers, lineLayers } from "./details.js";
import { streetLayers } from "./labels.js";
import { pathLayers, railLayers } from "./paths.js";
import { dotLayers, pointLayers } from "./pois.js";
import { lit, PALETTES } from "./variants.js";

/** Kinds of layers, the first ones in front: of several features under the pointer, the first one is meant. */
const FRONT = [
  "point",
  "place",
  "label",
  "number",
  "street",
  "path",
  "rail",
  "water_line",
  "line",
  "border",
  "building",
];
const BACK = ["water", "area"];
const PICKS = [...FRONT, ...BACK];
/** Features of these kinds are meant only if the pointer is inside. */
export const FIRST_AREA = PICKS.indexOf("building");

/**
 * Return a style, with the source `osm` and the sprite to be filled in.
 * @param {string} name
 */
export function styleOf(name) {
  const c = PALETTES[name];
  const layers = ordered(c).map((layer) => finished(layer, c));
  return {
    version: 8,
    name: `osmsite ${name}`,
    metadata: { "osmsite:background": c.background, "osmsite:dark": c.isDark },
    sources: {},
    layers,
  };
}

/**
 * Return all layers, from the lowest one to the topmost one.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
function ordered(c) {
  const base = baseLayers(c);
  /** @param {RegExp} pattern */
  const take = (pattern) => base.filter(({ id }) => pattern.test(id));
  const tunnels = take(/^tunnel-/);
  const bridges = take(/^bridge/);
  const land = take(/^land-/);
  const water = take(/^water-/);
  const airport = take(/^airport-/);
  const borders = take(/^boundary-/);
  const places = take(/^label-(place|boundary)-/);
  const labels = take(/^label-/).filter((layer) => !places.includes(layer));
  const known = new Set([tunnels, bridges, land, water, airport, borders, places, labels].flat());
  const streets = base.filter((layer) => !known.has(layer));
  const ocean = water.filter(({ id }) => id === "water-ocean");
  return [
    /** @type {any} */ ({ id: "background", type: "background", paint: { "background-color": c.background } }),
    ...ocean,
    ...land,
    ...areaLayers(c),
    ...water.filter((layer) => !ocean.includes(layer)),
    ...airport,
    ...buildingLayers(c),
    ...lineLayers(c),
    ...tunnels,
    ...pathLayers(c),
    ...streets,
    ...bridges,
    ...railLayers(c),
    ...borders,
    ...streetLayers(c),
    ...dotLayers(c),
    ...labels,
    ...pointLayers(c),
    ...places,
  ];
}

/** @param {StyleLayer} layer */
function pickOf({ id, type, "source-layer": source }) {
  const name = String(source);
  if (id.startsWith("reserve")) return PICKS.indexOf("area");
  if (name === "ocean" || type === "background") return -1;
  if (name.startsWith("place_labels")) return PICKS.indexOf("place");
  if (id.startsWith("number-")) return PICKS.indexOf("number");
  if (/^(pois|public_transport)$/.test(name) || type === "circle" || /^(peak|detail-(icon|name|small))$/.test(id))
    return PICKS.indexOf("point");
  if (type === "symbol") return PICKS.indexOf("label");
  if (name === "buildings" || id === "building-part") return PICKS.indexOf("building");
  if (type === "fill") return PICKS.indexOf(name === "water_polygons" ? "water" : "area");
  if (/^(path|track|detail-path)/.test(id)) return PICKS.indexOf("path");
  if (id.startsWith("rail")) return PICKS.indexOf("rail");
  if (/^(streets|street_polygons)$/.test(name) || id.startsWith("detail-street")) return PICKS.indexOf("street");
  if (name === "water_lines" || id === "detail-water") return PICKS.indexOf("water_line");
  return PICKS.indexOf(name === "boundaries" || id === "detail-border" ? "border" : "line");
}

/**
 * Return a layer with its place among those that can be clicked, and with another colour under the pointer.
 * @param {StyleLayer} layer
 * @param {Palette} c
 * @returns {StyleLayer}
 */
function finished(layer, c) {
  const pick = pickOf(layer);
  if (pick < 0) return layer;
  const paint = { .../** @type {any} */ (layer).paint };
  const property = { fill: "fill-color", line: "line-color", circle: "circle-color", symbol: "text-color" }[layer.type];
  if (property) paint[property] = underPointer(paint[property], layer.type === "fill" ? lit(c) : c.hover);
  if (layer.type === "symbol" && paint["icon-color"]) paint["icon-color"] = underPointer(paint["icon-color"], c.hover);
  return { ...layer, paint, metadata: { pick } };
}

/**
 * @param {unknown} colour
 * @param {string} highlight
 */
function underPointer(colour, highlight) {
  if (Array.isArray(colour) && JSON.stringify(colour).includes('"zoom"'))
    throw new Error("A colour that depends on the zoom cannot depend on the pointer too");
  return ["case", ["boolean", ["feature-state", "hover"], false], highlight, colour ?? "#000"];
}

/** What is in the tiles and is drawn as an outline: everything but the sea, and labels of what is there otherwise. */
export const OUTLINED = [
  ...["water_polygons", "water_lines", "dam_lines", "dam_polygons", "pier_lines", "pier_polygons", "boundaries"],
  ...["land", "sites", "buildings", "streets", "street_polygons", "bridges", "aerialways", "ferries"],
  ...["place_labels", "addresses", "public_transport", "pois", "details"],
];

/**
 * Return the outlines of everything, to be drawn above the tiles of another map.
 * @param {string} name
 * @param {string[]} sourceLayers
 */
export function outlinesOf(name, sourceLayers) {
  const c = PALETTES[name];
  /** @type {(id: string, source: string, type: string, filter: unknown, paint: any) => any} */
  const layer = (id, source, type, filter, paint) => ({
    id: `${id}-${source}`,
    type,
    source: "osm",
    "source-layer": source,
    minzoom: 13,
    filter,
    paint,
    metadata: { pick: { point: 0, line: PICKS.indexOf("line"), area: PICKS.indexOf("area") }[id] },
  });
  const colour = underPointer(c.selected, c.isDark ? "#ffffff" : "#000000");
  const layers = sourceLayers.flatMap((source) => [
    layer("area", source, "fill", geometry("Polygon"), { "fill-color": colour, "fill-opacity": 0.06 }),
    layer("line", source, "line", ["!=", ["geometry-type"], "Point"], {
      "line-color": colour,
      "line-width": 1.6,
      "line-opacity": 0.7,
    }),
    layer("point", source, "circle", geometry("Point"), {
      "circle-color": colour,
      "circle-radius": 3.5,
      "circle-stroke-color": "#fff",
      "circle-stroke-width": 1,
    }),
  ]);
  return { version: 8, name: `osmsite outlines ${name}`, metadata: {}, sources: {}, layers };
}
