// The layers of the map's style, in the colours of a palette.

/**
 * Return an expression that chooses a value by a property.
 * @param {string} property
 * @param {Record<string, unknown>} values
 * @param {unknown} fallback
 */
export const match = (property, values, fallback) => [
  "match",
  ["get", property],
  ...Object.entries(values).flat(),
  fallback,
];
/**
 * Return a filter for a kind of features.
 * @param {string} name
 * @param {unknown[]} more - further conditions
 */
export const kind = (name, ...more) => ["all", ["==", ["get", "kind"], name], ...more];
/**
 * Return an expression that grows with the zoom.
 * @param {unknown[]} stops - zoom, value, zoom, value...
 */
export const zoomed = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

// Widths of roads in pixels at zooms 11, 13, 15 and 18 (of the map library: one less than in URLs).
const WIDTH = {
  motorway: [2, 4, 9, 30],
  trunk: [1.8, 3.6, 8, 28],
  primary: [1.6, 3.4, 7.5, 26],
  secondary: [1.2, 3, 7, 24],
  tertiary: [1, 2.6, 6, 21],
  minor: [0.6, 1.7, 4.6, 17],
  living: [0.5, 1.5, 4, 14],
  service: [0.3, 0.9, 2.4, 8],
};

/**
 * @param {number} index - of the zoom
 * @param {number} extra - pixels
 */
const width = (index, extra) => [
  "*",
  ["case", ["==", ["get", "narrow"], true], 0.7, 1],
  ["+", extra, match("cls", Object.fromEntries(Object.entries(WIDTH).map(([k, v]) => [k, v[index]])), 1)],
];

/** @param {number} extra - pixels, to draw a casing below the road */
const roadWidth = (extra) =>
  zoomed(11, width(0, extra * 0.5), 13, width(1, extra * 0.8), 15, width(2, extra), 18, width(3, extra * 1.3));

export const REGULAR = ["Regular"];
export const BOLD = ["Bold"];
export const ITALIC = ["Italic"];

export const DATA_LAYERS_START = 13;

/**
 * Return the layers of the source `osm`: our own data.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function dataLayers(c) {
  /** @type {LayerBuilder} */
  const data = (id, type, filter, paint, layout = {}, more = {}) => ({
    id: `osm-${id}`,
    type,
    source: "osm",
    filter,
    paint,
    layout,
    minzoom: DATA_LAYERS_START,
    ...more,
  });
  /**
   * @param {unknown} color
   * @param {number} size - of the halo
   */
  const text = (color, size) => ({ "text-color": color, "text-halo-color": c.halo, "text-halo-width": size });
  return [
    data(
      "area",
      "fill",
      kind("area"),
      { "fill-color": match("cls", c.area, c.area.other) },
      { "fill-sort-key": ["-", 0, ["get", "size"]] },
    ),
    data("water", "fill", kind("water"), { "fill-color": c.water }),
    data(
      "waterway",
      "line",
      kind("waterway"),
      {
        "line-color": c.waterLine,
        "line-width": zoomed(11, ["case", ["==", ["get", "cls"], "river"], 2, 0.6], 18, [
          "case",
          ["==", ["get", "cls"], "river"],
          14,
          4,
        ]),
        "line-opacity": ["case", ["get", "tunnel"], 0.35, 1],
      },
      { "line-cap": "round", "line-join": "round" },
    ),
    data("boundary", "line", kind("boundary"), {
      "line-color": c.boundary,
      "line-width": ["case", ["==", ["get", "cls"], "country"], 2, 1.2],
      "line-dasharray": [5, 2.5],
      "line-opacity": 0.55,
    }),
    data("building", "fill", kind("building"), { "fill-color": c.building, "fill-outline-color": c.buildingLine }),
    data(
      "building-line",
      "line",
      kind("building"),
      { "line-color": c.buildingLine, "line-width": 0.8 },
      {},
      { minzoom: 15 },
    ),
    data(
      "line",
      "line",
      kind("line"),
      {
        "line-color": match("cls", c.line, c.line.other),
        "line-width": ["match", ["get", "cls"], "trees", 4, 1],
        "line-opacity": 0.8,
      },
      {},
      { minzoom: 14 },
    ),
    data(
      "path-halo",
      "line",
      kind("path"),
      { "line-color": c.pathHalo, "line-width": zoomed(13, 2, 18, 6) },
      { "line-cap": "round", "line-join": "round" },
      { minzoom: 14 },
    ),
    data(
      "path",
      "line",
      kind("path", ["!=", ["get", "cls"], "track"]),
      {
        "line-color": match("cls", c.path, c.path.foot),
        "line-width": zoomed(13, 0.8, 18, 3),
        "line-dasharray": [2.4, 1.6],
        "line-opacity": ["case", ["get", "tunnel"], 0.4, 0.9],
      },
      { "line-join": "round" },
    ),
    data(
      "track",
      "line",
      kind("path", ["==", ["get", "cls"], "track"]),
      {
        "line-color": c.path.track,
        "line-width": zoomed(13, 0.9, 18, 4),
        "line-dasharray": [5, 2],
        "line-opacity": 0.8,
      },
      { "line-join": "round" },
    ),
    data(
      "road-casing",
      "line",
      kind("road"),
      {
        "line-color": match("cls", c.casing, c.casing.minor),
        "line-width": roadWidth(1.6),
        "line-opacity": ["case", ["get", "tunnel"], 0.45, 1],
      },
      { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "rank"] },
    ),
    data(
      "road",
      "line",
      kind("road"),
      {
        "line-color": match("cls", c.road, c.road.minor),
        "line-width": roadWidth(0),
        "line-opacity": ["case", ["get", "tunnel"], 0.6, 1],
      },
      { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "rank"] },
    ),
    data("rail", "line", kind("rail"), {
      "line-color": c.rail,
      "line-width": zoomed(13, 1.6, 18, 5),
      "line-opacity": ["case", ["get", "tunnel"], 0.35, 1],
    }),
    data("rail-gap", "line", kind("rail"), {
      "line-color": c.railGap,
      "line-width": zoomed(13, 0.8, 18, 3),
      "line-dasharray": [4, 4],
      "line-opacity": ["case", ["get", "tunnel"], 0, 1],
    }),
    data(
      "oneway",
      "symbol",
      kind("road", ["!=", ["get", "oneway"], 0]),
      { "text-color": c.number, "text-opacity": 0.9 },
      {
        "symbol-placement": "line",
        "symbol-spacing": 120,
        "text-field": "→",
        "text-font": REGULAR,
        "text-size": 12,
        "text-rotate": ["case", ["==", ["get", "oneway"], -1], 180, 0],
        "text-keep-upright": false,
        "text-padding": 0,
      },
      { minzoom: 15.5 },
    ),
    data(
      "number",
      "symbol",
      kind("number"),
      text(c.number, 1),
      { "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 10, "text-padding": 1 },
      { minzoom: 16.2 },
    ),
    data(
      "dot",
      "circle",
      kind("poi", [">=", ["get", "rank"], 9]),
      {
        "circle-radius": zoomed(15, 1.2, 18, ["match", ["get", "cls"], "tree", 6, 3]),
        "circle-color": match("cls", c.poi, c.poi.small),
        "circle-opacity": ["match", ["get", "cls"], "tree", 0.6, 0.85],
      },
      {},
      { minzoom: 15.5 },
    ),
    data(
      "poi",
      "circle",
      kind("poi", ["<", ["get", "rank"], 9]),
      {
        "circle-radius": zoomed(13, 2, 16, 4.2, 18, 6),
        "circle-color": match("cls", c.poi, c.poi.small),
        "circle-stroke-color": c.halo,
        "circle-stroke-width": 1.2,
      },
      { "circle-sort-key": ["-", 10, ["get", "rank"]] },
      { minzoom: 14 },
    ),
    data("waterway-name", "symbol", ["all", kind("waterway"), ["!=", ["get", "name"], ""]], text(c.waterText, 1.2), {
      "symbol-placement": "line",
      "text-field": ["get", "name"],
      "text-font": ITALIC,
      "text-size": zoomed(13, 10.5, 18, 13),
    }),
    data(
      "road-name",
      "symbol",
      ["all", kind("road"), ["!=", ["get", "name"], ""]],
      text(c.text, 1.4),
      {
        "symbol-placement": "line",
        "symbol-spacing": 260,
        "text-field": ["get", "name"],
        "text-font": REGULAR,
        "text-size": zoomed(13, 10, 16, 11.5, 18, 13.5),
        "symbol-sort-key": ["-", 50, ["get", "rank"]],
      },
      { minzoom: 14 },
    ),
    data(
      "path-name",
      "symbol",
      ["all", kind("path"), ["!=", ["get", "name"], ""]],
      text(c.text, 1.3),
      {
        "symbol-placement": "line",
        "symbol-spacing": 300,
        "text-field": ["get", "name"],
        "text-font": REGULAR,
        "text-size": 10.5,
      },
      { minzoom: 15.5 },
    ),
    data(
      "label",
      "symbol",
      kind("label"),
      text(["match", ["get", "cls"], "water", c.waterText, c.text], 1.3),
      {
        "text-field": ["get", "name"],
        "text-font": ITALIC,
        "text-size": 11,
        "text-max-width": 8,
        "symbol-sort-key": ["-", 0, ["get", "size"]],
      },
      { minzoom: 14 },
    ),
    data(
      "poi-name",
      "symbol",
      ["all", kind("poi", ["<", ["get", "rank"], 9]), ["!=", ["get", "name"], ""]],
      { ...text(match("cls", c.poi, c.text), 1.3) },
      {
        "text-field": [
          "case",
          ["!=", ["get", "ele"], ""],
          ["concat", ["get", "name"], "\n", ["get", "ele"], " m"],
          ["get", "name"],
        ],
        "text-font": REGULAR,
        "text-size": zoomed(14, 10.5, 18, 12.5),
        "text-offset": [0, 0.7],
        "text-anchor": "top",
        "text-max-width": 9,
        "text-optional": true,
        "symbol-sort-key": ["get", "rank"],
      },
      { minzoom: 14.6 },
    ),
    data("place", "symbol", kind("place"), text(c.placeText, 1.8), {
      "text-field": ["get", "name"],
      "text-font": ["match", ["get", "rank"], [1, 2, 3], ["literal", BOLD], ["literal", REGULAR]],
      "text-size": ["interpolate", ["linear"], ["get", "rank"], 1, 20, 3, 16, 6, 11.5],
      "symbol-sort-key": ["get", "rank"],
      "text-padding": 4,
    }),
  ];
}
