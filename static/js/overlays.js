// Style layers other than our own data: outlines, GPS traces, the selection, the overview and the coverage.

import { BOLD, DATA_LAYERS_START, kind, match, REGULAR, zoomed } from "./style.js";

/**
 * Return layers that draw only the outlines of our data, above the tiles of another map.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function outlineLayers(c) {
  /** @param {string} type */
  const geometry = (type) => ["==", ["geometry-type"], type];
  const base = { source: "osm", minzoom: DATA_LAYERS_START };
  return [
    {
      id: "osm-outline-area",
      type: "fill",
      ...base,
      filter: geometry("Polygon"),
      paint: { "fill-color": c.selected, "fill-opacity": 0.06 },
    },
    {
      id: "osm-outline-line",
      type: "line",
      ...base,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": c.selected, "line-width": 1.6, "line-opacity": 0.7 },
    },
    {
      id: "osm-outline-point",
      type: "circle",
      ...base,
      filter: kind("poi"),
      paint: {
        "circle-color": c.selected,
        "circle-radius": 3.5,
        "circle-stroke-color": "#fff",
        "circle-stroke-width": 1,
      },
    },
  ];
}

/**
 * Return the layers of GPS traces: points, and lines between points that were recorded one after the other.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function gpsLayers(c) {
  return [
    {
      id: "gps-line",
      type: "line",
      source: "gps",
      filter: ["has", "time"],
      layout: { "line-join": "round" },
      paint: { "line-color": c.gps, "line-width": zoomed(12, 0.8, 18, 2), "line-opacity": 0.55 },
    },
    {
      id: "gps-dot",
      type: "circle",
      source: "gps",
      filter: ["!", ["has", "time"]],
      paint: { "circle-color": c.gps, "circle-radius": zoomed(12, 1, 18, 3), "circle-opacity": 0.75 },
    },
  ];
}

/**
 * Return the topmost layers: bboxes of changesets, the feature under the pointer, the element whose page is open.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function topLayers(c) {
  /** @param {string} name */
  const shape = (name) => ["==", ["get", "shape"], name];
  const active = ["boolean", ["feature-state", "active"], false];
  return [
    {
      id: "box-fill",
      type: "fill",
      source: "boxes",
      paint: { "fill-color": c.box, "fill-opacity": ["case", active, 0.2, 0.012] },
    },
    {
      id: "box-line",
      type: "line",
      source: "boxes",
      paint: {
        "line-color": c.box,
        "line-width": ["case", active, 2.6, 1.3],
        "line-opacity": ["case", active, 1, 0.6],
      },
    },
    {
      id: "hover-area",
      type: "fill",
      source: "hover",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": c.hover, "fill-opacity": 0.14 },
    },
    {
      id: "hover-line",
      type: "line",
      source: "hover",
      filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.hover, "line-width": 4, "line-opacity": 0.65 },
    },
    {
      id: "hover-point",
      type: "circle",
      source: "hover",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": c.hover, "circle-radius": 9, "circle-opacity": 0.45 },
    },
    {
      id: "selected-area",
      type: "fill",
      source: "selected",
      filter: shape("area"),
      paint: { "fill-color": c.selected, "fill-opacity": 0.16 },
    },
    {
      id: "selected-halo",
      type: "line",
      source: "selected",
      filter: shape("line"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.halo, "line-width": 8, "line-opacity": 0.75 },
    },
    {
      id: "selected-line",
      type: "line",
      source: "selected",
      filter: shape("line"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.selected, "line-width": 4 },
    },
    {
      id: "selected-point",
      type: "circle",
      source: "selected",
      filter: shape("point"),
      paint: {
        "circle-color": c.selected,
        "circle-radius": 8,
        "circle-opacity": 0.35,
        "circle-stroke-color": c.selected,
        "circle-stroke-width": 2.5,
      },
    },
  ];
}

/**
 * Return the layers of the overview, which stands in for our data at low zooms.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function overviewLayers(c) {
  /** @type {LayerBuilder} */
  const layer = (id, type, filter, paint, layout = {}, more = {}) => ({
    id: `osm-overview-${id}`,
    type,
    source: "overview",
    filter,
    paint,
    layout,
    maxzoom: DATA_LAYERS_START,
    ...more,
  });
  const round = { "line-cap": "round", "line-join": "round" };
  const scale = { motorway: 1.5, trunk: 1.35, primary: 1.2, secondary: 1, tertiary: 0.7 };
  /** @param {number} extra */
  const wide = (extra) =>
    zoomed(
      7,
      ["+", extra * 0.4, ["*", 0.5, match("cls", scale, 0.6)]],
      10,
      ["+", extra, ["*", 1.3, match("cls", scale, 0.6)]],
      13,
      ["+", extra * 1.3, ["*", 2.8, match("cls", scale, 0.6)]],
    );
  const sorted = { ...round, "line-sort-key": ["get", "rank"] };
  /**
   * @param {unknown} color
   * @param {number} size - of the halo
   */
  const text = (color, size) => ({ "text-color": color, "text-halo-color": c.halo, "text-halo-width": size });
  /**
   * @param {number} rank - the highest rank of places to show
   * @param {number} zoom - from which on they are shown
   */
  const shown = (rank, zoom) =>
    layer(
      `place-${zoom}`,
      "symbol",
      kind("place", ["<=", ["get", "rank"], rank]),
      text(c.placeText, 1.8),
      {
        "text-field": ["get", "name"],
        "text-font": ["match", ["get", "rank"], [1, 2], ["literal", BOLD], ["literal", REGULAR]],
        "text-size": [
          "interpolate",
          ["linear"],
          ["zoom"],
          7,
          ["match", ["get", "rank"], 1, 15, 2, 13, 11],
          13,
          ["match", ["get", "rank"], 1, 20, 2, 17, 14],
        ],
        "symbol-sort-key": ["get", "order"],
        "text-padding": 5,
      },
      { minzoom: zoom, maxzoom: zoom === 4 ? 9 : DATA_LAYERS_START },
    );
  return [
    layer(
      "area",
      "fill",
      kind("area"),
      { "fill-color": match("cls", c.area, c.area.other) },
      { "fill-sort-key": ["-", 0, ["get", "size"]] },
    ),
    layer("water", "fill", kind("water"), { "fill-color": c.water }),
    layer(
      "river",
      "line",
      kind("waterway"),
      { "line-color": c.waterLine, "line-width": zoomed(7, 0.7, 10, 1.6, 13, 4) },
      round,
    ),
    layer("boundary", "line", kind("boundary"), {
      "line-color": c.boundary,
      "line-width": ["case", ["==", ["get", "cls"], "country"], 2, 0.9],
      "line-dasharray": [5, 2.5],
      "line-opacity": ["case", ["==", ["get", "cls"], "country"], 0.7, 0.35],
    }),
    layer(
      "casing",
      "line",
      kind("road", ["!=", ["get", "cls"], "tertiary"]),
      { "line-color": match("cls", c.casing, c.casing.minor), "line-width": wide(1.2) },
      sorted,
    ),
    layer(
      "tertiary",
      "line",
      kind("road", ["==", ["get", "cls"], "tertiary"]),
      { "line-color": c.casing.tertiary, "line-width": wide(0), "line-opacity": 0.6 },
      sorted,
    ),
    layer(
      "road",
      "line",
      kind("road", ["!=", ["get", "cls"], "tertiary"]),
      { "line-color": match("cls", c.road, c.road.minor), "line-width": wide(0) },
      sorted,
    ),
    layer("rail", "line", kind("rail"), {
      "line-color": c.rail,
      "line-width": zoomed(7, 0.5, 13, 1.8),
      "line-dasharray": [6, 1.5],
    }),
    shown(2, 4),
    shown(3, 9),
  ];
}

/**
 * Return the layer that marks where there is data.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function coverageLayers(c) {
  return [
    {
      id: "coverage",
      type: "fill",
      source: "coverage",
      maxzoom: DATA_LAYERS_START,
      paint: {
        "fill-color": c.coverage,
        "fill-antialias": false,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 7, 0.22, 11, 0.09, 13, 0.05],
      },
    },
  ];
}
