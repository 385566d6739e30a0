// Points of interest, stops and peaks: dots, icons and names.

import { among, BOLD, geometry, REGULAR, zoomed } from "../static/js/expressions.js";
import { CULTURE, FOOD, HEALTH, POI_KEYS, poiClass, SMALL, TRANSPORT } from "./classes.js";
import { ICONS } from "./icons.js";
import { HAS_NAME, label, NAME, nameLayers, text } from "./labels.js";

const DETAIL = 14;
/** From here on there is room for icons; before, points are dots. */
const FIRST_ICONS = 16;

/** Keys in the layer `pois`, in the order in which they say what something is. */
const KEYS = ["amenity", "shop", "tourism", "historic", "leisure", "office", "emergency", "man_made", "highway"];
const POI = {
  key: ["case", ...KEYS.flatMap((key) => [["has", key], key]), ""],
  tag: [
    "case",
    ...KEYS.flatMap((key) => [
      ["has", key],
      ["concat", `${key}=`, ["get", key]],
    ]),
    "",
  ],
};
const DETAIL_POINT = { key: ["get", "key"], tag: ["concat", ["get", "key"], "=", ["get", "kind"]] };
const STOP = { key: "", tag: ["get", "kind"] };

/** Tags of which the class differs from that of others with the key. */
const TAGS = [
  ...new Set([
    ...Object.keys(ICONS).filter((tag) => tag.includes("=")),
    ...[FOOD, HEALTH, TRANSPORT, CULTURE, SMALL].flatMap((values) => [...values].map((value) => `amenity=${value}`)),
    ...["natural=tree", "aerialway=station", "highway=bus_stop"],
  ]),
].sort();

/**
 * Return an expression for a property of the class of points.
 * @param {{ key: unknown, tag: unknown }} point
 * @param {(poi: { cls: string, rank: number }) => unknown} value
 */
function byClass({ key, tag }, value) {
  /** @param {Tags} tags */
  const of = (tags) => value(/** @type {any} */ (poiClass(tags) ?? { cls: "small", rank: 10 }));
  const keys = POI_KEYS.filter((each) => each !== "place").flatMap((each) => [each, of({ [each]: "other" })]);
  const byKey = ["match", key, ...keys, value({ cls: "small", rank: 10 })];
  const values = TAGS.flatMap((each) => {
    const [name, text] = each.split("=");
    return [each, of({ [name]: text })];
  });
  return ["match", tag, ...values, byKey];
}

/** @param {{ key: unknown, tag: unknown }} point */
function icon({ key, tag }) {
  const [tags, keys] = [true, false].map((isTag) =>
    Object.entries(ICONS).filter(([name]) => name.includes("=") === isTag),
  );
  return key === ""
    ? ["match", tag, ...keys.flat(), ""]
    : ["match", tag, ...tags.flat(), ["match", key, ...keys.flat(), ""]];
}

const IS_POINT = [
  "any",
  ["!", ["has", "way_area"]],
  among("key", "amenity", "shop", "tourism", "historic", "office", "healthcare"),
];
const DETAILS = { "source-layer": "details", filter: ["all", geometry("Point"), IS_POINT] };
const POIS = { "source-layer": "pois", filter: true };

/**
 * Return the dots of points, below all names.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export const dotLayers = (c) => [
  ...dots(c, "detail", DETAIL_POINT, DETAILS),
  ...dots(c, "poi", POI, POIS),
  ...stopDots(c),
];

/**
 * Return names and icons, the most important ones last: they come first where there is little room.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export const pointLayers = (c) => [
  ...nameLayers(c, IS_POINT),
  ...names(c, "detail", DETAIL_POINT, DETAILS),
  ...names(c, "poi", POI, POIS),
  ...peaks(c),
  stops(c),
];

/**
 * Return dots: small ones for what is common, such as trees and benches, larger ones for what one looks for.
 * @param {Palette} c
 * @param {string} name
 * @param {{ key: unknown, tag: unknown }} point
 * @param {object} where
 * @returns {StyleLayer[]}
 */
function dots(c, name, point, where) {
  const rank = byClass(point, (poi) => poi.rank);
  const colour = byClass(point, (poi) => c.poi[poi.cls]);
  const isTree = ["==", point.tag, "natural=tree"];
  const { filter, ...source } = /** @type {any} */ (where);
  return [
    {
      id: `${name}-dot`,
      type: "circle",
      source: "osm",
      ...source,
      minzoom: 15.5,
      filter: ["all", filter, [">=", rank, 9]],
      paint: {
        "circle-radius": zoomed(15, 1.2, 18, ["case", isTree, 6, 3]),
        "circle-color": colour,
        "circle-opacity": ["case", isTree, 0.6, 0.85],
      },
    },
    {
      id: `${name}-point`,
      type: "circle",
      source: "osm",
      ...source,
      minzoom: DETAIL,
      filter: ["all", filter, ["<", rank, 9], ["!", ["in", point.tag, ["literal", PEAKS]]]],
      paint: {
        "circle-radius": zoomed(13, 2, 16, 4.2, 18, 5),
        "circle-color": colour,
        "circle-stroke-color": c.halo,
        "circle-stroke-width": 1.2,
      },
      layout: { "circle-sort-key": ["-", 10, rank] },
    },
  ];
}

const PEAKS = ["natural=peak", "natural=volcano", "natural=saddle", "mountain_pass=yes"];

/**
 * Return icons, which cover the dots where they have room, and names.
 * @param {Palette} c
 * @param {string} name
 * @param {{ key: unknown, tag: unknown }} point
 * @param {object} where
 * @returns {StyleLayer[]}
 */
function names(c, name, point, where) {
  const rank = byClass(point, (poi) => poi.rank);
  const colour = byClass(point, (poi) => c.poi[poi.cls]);
  const { filter, ...source } = /** @type {any} */ (where);
  const notPeak = ["!", ["in", point.tag, ["literal", PEAKS]]];
  const labelled = {
    "text-field": NAME,
    "text-font": REGULAR,
    "text-size": zoomed(14, 10.5, 18, 12.5),
    "text-anchor": "top",
    "text-max-width": 9,
    "text-optional": true,
    "symbol-sort-key": rank,
  };
  const paint = { ...text(c, colour, 1.3), "icon-color": colour, "icon-halo-color": c.iconHalo, "icon-halo-width": 2 };
  const common = { type: "symbol", source: "osm", ...source };
  return [
    {
      id: `${name}-small`,
      ...common,
      minzoom: 17.2,
      filter: ["all", filter, ["==", rank, 9], ["!=", icon(point), ""]],
      layout: { "icon-image": icon(point), "icon-size": 0.8, "icon-padding": 1 },
      paint,
    },
    {
      id: `${name}-name`,
      ...common,
      minzoom: 14.6,
      maxzoom: FIRST_ICONS,
      filter: ["all", filter, ["<", rank, 9], notPeak, HAS_NAME],
      layout: { ...labelled, "text-offset": [0, 0.7] },
      paint: text(c, colour, 1.3),
    },
    {
      id: `${name}-icon`,
      ...common,
      minzoom: FIRST_ICONS,
      filter: ["all", filter, ["<", rank, 9], notPeak],
      layout: {
        ...labelled,
        "icon-image": icon(point),
        "icon-size": zoomed(16, 0.9, 18, 1.2),
        "icon-padding": 1,
        "icon-optional": true,
        "text-offset": [0, 0.85],
      },
      paint,
    },
  ];
}

/**
 * Return peaks and passes, with their heights.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
function peaks(c) {
  const { tag } = DETAIL_POINT;
  return [
    {
      id: "peak",
      type: "symbol",
      source: "osm",
      "source-layer": "details",
      minzoom: 11,
      filter: ["all", geometry("Point"), ["in", tag, ["literal", PEAKS]]],
      layout: {
        "icon-image": icon(DETAIL_POINT),
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.55, 15, 0.9],
        "icon-padding": 1,
        "text-field": ["case", ["has", "ele"], ["concat", NAME, "\n", ["get", "ele"], " m"], NAME],
        "text-font": REGULAR,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10, 16, 12],
        "text-offset": [0, 0.7],
        "text-anchor": "top",
        "text-max-width": 9,
        "text-optional": true,
        "symbol-sort-key": ["-", 0, ["to-number", ["get", "ele"], 0]],
      },
      paint: {
        ...text(c, c.poi.peak, 1.4),
        "icon-color": c.poi.peak,
        "icon-halo-color": c.iconHalo,
        "icon-halo-width": 1.5,
      },
    },
  ];
}

const LARGE_STOPS = ["station", "halt", "bus_station", "aerodrome", "ferry_terminal", "aerialway_station"];

/**
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
function stopDots(c) {
  return [
    {
      id: "stop-point",
      type: "circle",
      source: "osm",
      "source-layer": "public_transport",
      minzoom: c.transport ? 12 : DETAIL,
      paint: {
        "circle-radius": zoomed(12, 1.5, 16, 4.2, 18, 5),
        "circle-color": c.poi.transport,
        "circle-stroke-color": c.halo,
        "circle-stroke-width": 1.2,
      },
    },
  ];
}

/** @param {Palette} c */
function stops(c) {
  const isLarge = among("kind", ...LARGE_STOPS);
  return {
    ...label(c, "stop", "public_transport", 11),
    filter: ["step", ["zoom"], isLarge, c.transport ? 14 : 14.6, true],
    layout: {
      "icon-image": ["step", ["zoom"], ["case", isLarge, icon(STOP), ""], 16, icon(STOP)],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.7, 16, c.transport ? 1.1 : 0.95],
      "icon-padding": 1,
      "icon-optional": true,
      "text-field": NAME,
      "text-font": c.transport ? BOLD : REGULAR,
      "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10, 18, c.transport ? 13.5 : 12],
      "text-offset": [0, 0.85],
      "text-anchor": "top",
      "text-max-width": 8,
      "text-optional": true,
      "symbol-sort-key": ["case", isLarge, 2, 6],
    },
    paint: {
      ...text(c, c.poi.transport, 1.4),
      "icon-color": c.poi.transport,
      "icon-halo-color": c.iconHalo,
      "icon-halo-width": 2,
    },
  };
}
