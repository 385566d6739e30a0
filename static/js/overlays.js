// Layers above the map's style: GPS traces, bboxes of changesets, and the selection.

import { geometry, zoomed } from "./expressions.js";

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
 * Return the layers of the shape whose link is pointed at.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function outlineLayers({ hover }) {
  const source = "outline";
  return [
    {
      id: "outline-area",
      type: "fill",
      source,
      filter: geometry("Polygon"),
      paint: { "fill-color": hover, "fill-opacity": 0.16 },
    },
    {
      id: "outline-line",
      type: "line",
      source,
      filter: ["!=", ["geometry-type"], "Point"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": hover, "line-width": 4, "line-opacity": 0.75 },
    },
    {
      id: "outline-point",
      type: "circle",
      source,
      filter: geometry("Point"),
      paint: { "circle-color": hover, "circle-radius": 10, "circle-opacity": 0.55 },
    },
  ];
}

/**
 * Return the topmost layers: bboxes of changesets, and the element whose page is open.
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
