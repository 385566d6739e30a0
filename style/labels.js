// Names of streets, waters and areas, house numbers, arrows of one-way streets.

import { among, BOLD, geometry, ITALIC, match, REGULAR, zoomed } from "../static/js/expressions.js";

export const NAME = ["get", "name"];
export const HAS_NAME = ["any", ["has", "name"], ["has", "name_de"], ["has", "name_en"]];
const DETAIL = 14;

/**
 * Return what is written along streets and beside houses, below all points.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export const streetLayers = (c) => [oneway(c), ...["addresses", "pois"].map((layer) => number(c, layer))];

/**
 * Return the names of lines and areas, and of the smallest places.
 * @param {Palette} c
 * @param {unknown} isPoint - what is no area's name, but a point of interest
 * @returns {StyleLayer[]}
 */
export function nameLayers(c, isPoint) {
  const isArea = ["has", "way_area"];
  const isBuilding = among("key", "building", "building:part");
  return [
    waterName(c),
    ...streetNames(c),
    {
      ...label(c, "detail-label", "details", 10),
      filter: ["all", geometry("Point"), ["!", isPoint], ["!", isBuilding], HAS_NAME],
      layout: { ...area(ITALIC), "symbol-sort-key": ["-", 0, ["get", "way_area"]] },
    },
    {
      ...label(c, "building-label", "details", 16),
      filter: ["all", geometry("Point"), isBuilding, isArea, HAS_NAME],
      layout: area(ITALIC),
    },
    {
      ...label(c, "place-other", "place_labels", 13),
      filter: among("kind", "isolated_dwelling", "farm", "locality", "island"),
      layout: { "text-field": NAME, "text-font": REGULAR, "text-size": 11.5, "text-padding": 4 },
      paint: text(c, c.placeText, 1.6),
    },
  ];
}

/** @param {string[]} font */
const area = (font) => ({ "text-field": NAME, "text-font": font, "text-size": 11, "text-max-width": 8 });

/**
 * @param {Palette} c
 * @param {unknown} colour
 * @param {number} size - of the halo
 */
export const text = (c, colour, size) => ({ "text-color": colour, "text-halo-color": c.halo, "text-halo-width": size });

/**
 * @param {Palette} c
 * @param {string} id
 * @param {string} layer
 * @param {number} minzoom
 * @returns {StyleLayer}
 */
export const label = (c, id, layer, minzoom) => ({
  id,
  type: "symbol",
  source: "osm",
  "source-layer": layer,
  minzoom,
  paint: text(c, c.text, 1.3),
});

/** @param {Palette} c */
function oneway(c) {
  return {
    ...label(c, "oneway", "streets", 14.5),
    filter: ["==", ["get", "oneway"], true],
    paint: { "text-color": c.number, "text-opacity": 0.9 },
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 120,
      "text-field": "→",
      "text-font": REGULAR,
      "text-size": 12,
      "text-rotate": ["case", ["==", ["get", "oneway_reverse"], true], 180, 0],
      "text-keep-upright": false,
      "text-padding": 0,
    },
  };
}

/**
 * @param {Palette} c
 * @param {string} layer
 */
function number(c, layer) {
  return {
    ...label(c, `number-${layer}`, layer, 16.2),
    filter: ["any", ["has", "housenumber"], ["has", "housename"]],
    paint: text(c, c.number, 1),
    layout: {
      "text-field": ["coalesce", ["get", "housenumber"], ["get", "housename"]],
      "text-font": REGULAR,
      "text-size": 10,
      "text-padding": 1,
      ...(layer === "pois" ? { "text-anchor": "bottom", "text-offset": [0, -0.8] } : {}),
    },
  };
}

/** @param {Palette} c */
function waterName(c) {
  return {
    ...label(c, "detail-water-name", "details", DETAIL),
    filter: ["all", geometry("LineString"), ["==", ["get", "key"], "waterway"], HAS_NAME],
    paint: text(c, c.waterText, 1.2),
    layout: {
      "symbol-placement": "line",
      "text-field": NAME,
      "text-font": ITALIC,
      "text-size": zoomed(13, 10.5, 18, 13),
    },
  };
}

/**
 * Return the names of streets that VersaTiles does not write, and the references of roads.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
function streetNames(c) {
  const paths = among("kind", "footway", "path", "cycleway", "steps", "service");
  return [
    {
      ...label(c, "path-name", "street_labels", 15.5),
      filter: ["all", paths, HAS_NAME],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 300,
        "text-field": NAME,
        "text-font": REGULAR,
        "text-size": 10.5,
      },
    },
    {
      ...label(c, "other-street-name", "street_labels", 14),
      filter: ["all", among("kind", "busway", "motorway", "runway", "taxiway"), HAS_NAME],
      layout: { "symbol-placement": "line", "text-field": NAME, "text-font": REGULAR, "text-size": 11 },
    },
    {
      ...label(c, "detail-line-name", "details", 15),
      filter: [
        "all",
        geometry("LineString"),
        ["!=", ["get", "key"], "waterway"],
        ["!=", ["get", "key"], "boundary"],
        HAS_NAME,
      ],
      layout: { "symbol-placement": "line", "text-field": NAME, "text-font": REGULAR, "text-size": 10.5 },
    },
    {
      ...label(c, "ferry-name", "ferries", 12),
      filter: HAS_NAME,
      paint: text(c, c.waterText, 1.2),
      layout: { "symbol-placement": "line", "text-field": NAME, "text-font": ITALIC, "text-size": 11 },
    },
    {
      ...label(c, "road-ref", "street_labels", 11),
      filter: ["all", among("kind", "trunk", "primary", "secondary"), ["has", "ref"]],
      paint: {
        "text-color": c.shieldText,
        "text-halo-color": match("kind", { trunk: c.casing.trunk, primary: c.casing.primary }, c.casing.secondary),
        "text-halo-width": 3,
      },
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 400,
        "text-field": ["get", "ref"],
        "text-font": BOLD,
        "text-size": 10,
        "text-padding": 6,
        "text-rotation-alignment": "viewport",
      },
    },
  ];
}
