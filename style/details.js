// Areas, buildings and lines of the largest scales: what has no layer in the Shortbread schema is in `details`.

import { geometry, match, zoomed } from "../static/js/expressions.js";
import { AREAS, areaClass } from "./classes.js";

/** The layers begin where the tiles have everything. */
const DETAIL = 14;

const SITES = {
  ...{ university: "ground", college: "ground", school: "ground", hospital: "ground", prison: "ground" },
  ...{ parking: "paved", bicycle_parking: "paved", construction: "commercial", sports_center: "pitch" },
  sports_centre: "pitch",
};
const LINES = {
  power: ["power", "telecom"],
  barrier: ["barrier"],
  aerialway: ["aerialway"],
  trees: ["natural=tree_row"],
  cliff: ["natural=cliff", "natural=ridge", "natural=arete", "natural=earth_bank"],
  water: ["waterway"],
};
const tag = ["concat", ["get", "key"], "=", ["get", "kind"]];
/** Areas within which there are many others. */
const RESERVE = [
  "in",
  ["get", "kind"],
  ["literal", ["nature_reserve", "national_park", "protected_area", "aboriginal_lands"]],
];
const AREA_TAGS = Object.values(AREAS)
  .flat()
  .filter((each) => !each.endsWith("*"));

/**
 * Return an expression for the colour of an area in `details`.
 * @param {Palette} c
 */
function areaColour(c) {
  /** @param {string} cls */
  const colour = (cls) => (cls === "water" ? c.water : cls === "building" ? c.building : c.area[cls]);
  const values = AREA_TAGS.flatMap((each) => {
    const [key, value] = each.split("=");
    return [each, colour(areaClass({ [key]: value }) ?? "other")];
  });
  return [
    "match",
    tag,
    ...values,
    ["match", ["get", "key"], "building:part", c.building, "waterway", c.water, c.area.other],
  ];
}

/**
 * Return the areas that lie on the land, below water and streets.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function areaLayers(c) {
  return [
    {
      id: "site",
      type: "fill",
      source: "osm",
      "source-layer": "sites",
      minzoom: DETAIL,
      paint: {
        "fill-color": match(
          "kind",
          Object.fromEntries(Object.entries(SITES).map(([kind, cls]) => [kind, c.area[cls]])),
          c.area.other,
        ),
      },
    },
    {
      id: "detail-area",
      type: "fill",
      source: "osm",
      "source-layer": "details",
      minzoom: DETAIL,
      filter: ["all", geometry("Polygon"), ["!=", ["get", "key"], "building:part"], ["!", RESERVE]],
      paint: { "fill-color": areaColour(c) },
    },
    {
      id: "reserve",
      type: "fill",
      source: "osm",
      "source-layer": "details",
      minzoom: 8,
      filter: ["all", geometry("Polygon"), RESERVE],
      paint: { "fill-color": c.poi.nature, "fill-opacity": 0.05 },
    },
    {
      id: "reserve-line",
      type: "line",
      source: "osm",
      "source-layer": "details",
      minzoom: 8,
      filter: ["all", geometry("Polygon"), RESERVE],
      paint: {
        "line-color": c.poi.nature,
        "line-width": zoomed(8, 0.8, 14, 2),
        "line-opacity": 0.45,
        "line-dasharray": [4, 2],
      },
    },
  ];
}

/**
 * Return buildings, and the lines among them, below the streets.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function buildingLayers(c) {
  const building = { source: "osm", "source-layer": "buildings" };
  const grows = ["interpolate", ["linear"], ["zoom"], 13.8, 0.4, 14.2, 1];
  return [
    {
      id: "building",
      type: "fill",
      ...building,
      minzoom: 13,
      paint: { "fill-color": c.building, "fill-outline-color": c.buildingLine, "fill-opacity": grows },
    },
    {
      id: "building-line",
      type: "line",
      ...building,
      minzoom: 15,
      paint: { "line-color": c.buildingLine, "line-width": 0.8 },
    },
    {
      id: "building-part",
      type: "fill",
      source: "osm",
      "source-layer": "details",
      minzoom: DETAIL,
      filter: ["all", geometry("Polygon"), ["==", ["get", "key"], "building:part"]],
      paint: { "fill-color": c.building, "fill-outline-color": c.buildingLine },
    },
  ];
}

/**
 * Return lines of all kinds, and the streets that the schema does not know.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function lineLayers(c) {
  const lines = { source: "osm", "source-layer": "details", type: "line" };
  /** @param {string[]} tags */
  const has = (tags) => ["any", ...tags.map((each) => ["==", each.includes("=") ? tag : ["get", "key"], each])];
  const isStreet = ["==", ["get", "key"], "highway"];
  const isBorder = ["==", ["get", "key"], "boundary"];
  const isPath = ["in", ["get", "kind"], ["literal", ["bridleway", "corridor", "via_ferrata", "elevator", "ladder"]]];
  const line = geometry("LineString");
  return [
    {
      id: "detail-water",
      ...lines,
      minzoom: DETAIL,
      filter: ["all", line, has(LINES.water)],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.waterLine, "line-width": zoomed(14, 0.8, 18, 4) },
    },
    {
      id: "detail-line",
      ...lines,
      minzoom: 13,
      filter: ["all", line, ["!", isStreet], ["!", isBorder], ["!", has(LINES.water)]],
      paint: {
        "line-color": [
          "case",
          ...["power", "barrier", "aerialway", "trees", "cliff"].flatMap((name) => [
            has(LINES[/** @type {keyof typeof LINES} */ (name)]),
            c.line[name],
          ]),
          c.line.other,
        ],
        "line-width": ["case", has(LINES.trees), 4, has(LINES.cliff), 1.6, 1],
        "line-opacity": 0.8,
      },
    },
    {
      id: "detail-path",
      ...lines,
      minzoom: DETAIL,
      filter: ["all", line, isStreet, isPath],
      paint: { "line-color": c.path.foot, "line-width": zoomed(13, 0.8, 18, 3), "line-dasharray": [2.4, 1.6] },
    },
    {
      id: "detail-street-casing",
      ...lines,
      minzoom: DETAIL,
      filter: ["all", line, isStreet, ["!", isPath]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.casing.service, "line-width": zoomed(14, 2.6, 18, 10) },
    },
    {
      id: "detail-street",
      ...lines,
      minzoom: DETAIL,
      filter: ["all", line, isStreet, ["!", isPath]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": c.road.service, "line-width": zoomed(14, 1.6, 18, 8) },
    },
    {
      id: "detail-border",
      ...lines,
      minzoom: DETAIL,
      filter: ["all", line, isBorder],
      paint: { "line-color": c.boundary, "line-width": 1.2, "line-dasharray": [5, 2.5], "line-opacity": 0.55 },
    },
    {
      id: "aerialway-line",
      type: "line",
      source: "osm",
      "source-layer": "aerialways",
      minzoom: 12,
      paint: { "line-color": c.line.aerialway, "line-width": zoomed(12, 0.8, 18, 2.4) },
    },
    {
      id: "ferry",
      type: "line",
      source: "osm",
      "source-layer": "ferries",
      minzoom: 9,
      paint: { "line-color": c.waterText, "line-width": zoomed(9, 0.7, 16, 2), "line-dasharray": [5, 3] },
    },
  ];
}
