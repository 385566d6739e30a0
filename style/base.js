// The part of the style that comes from VersaTiles: land, water, streets, borders and their labels, in our colours.

import { osm } from "@versatiles/style";
import { BOLD, ITALIC, REGULAR } from "../static/js/expressions.js";
import { fade, mix } from "./colours.js";

/** What we draw ourselves, and places where VersaTiles lets other layers in. */
const OURS = [
  /^background$/,
  /^slot-/,
  /^poi-/,
  /^symbol-transit-/,
  /^marking-/,
  /^label-address/,
  /^building/,
  /^(tunnel-|bridge-)?way-(footway|steps|path|cycleway)(:outline)?$/,
  /^(tunnel-|bridge-)?street-track(:outline)?$/,
  /^(tunnel-|bridge-)?transport-/,
  /^site-/,
];
const PATHS =
  /^(?:tunnel-|bridge-|)street-(motorway|trunk|primary|secondary|tertiary|arterial|livingstreet|pedestrian|service)/;

/**
 * Return the layers of VersaTiles that we keep, each with the source layer that it draws.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function baseLayers(c) {
  const { layers } = osm({
    theme: c.isDark ? "colorful-dark" : "colorful",
    colors: coloursOf(c),
    sky: false,
    projection: "mercator",
  });
  return /** @type {any[]} */ (layers)
    .filter(({ id }) => !OURS.some((pattern) => pattern.test(id)))
    .map((layer) => adapted(structuredClone(layer), c));
}

/** @param {Palette} c */
function coloursOf(c) {
  const { area, road, casing } = c;
  return {
    background: c.background,
    land: c.background,
    water: c.water,
    glacier: area.ice,
    natureWood: area.forest,
    natureGrass: area.grass,
    naturePark: area.park,
    natureAgriculture: area.farmland,
    natureSand: area.sand,
    natureRock: area.rock,
    natureWetland: area.wetland,
    natureLeisure: area.pitch,
    areaResidential: area.residential,
    areaCommercial: area.commercial,
    areaIndustrial: area.commercial,
    areaWaste: area.commercial,
    areaBurial: area.cemetery,
    roadStreet: road.minor,
    roadStreetBg: casing.minor,
    roadMotorway: road.motorway,
    roadMotorwayBg: casing.motorway,
    roadTrunk: road.trunk,
    roadTrunkBg: casing.trunk,
    transitRail: c.rail,
    transitSubway: c.rail,
    transitCycle: mix(road.minor, c.path.cycle, c.isCycling ? 0.5 : 0.1),
    transitFoot: road.living,
    boundary: c.boundary,
    boundaryDisputed: c.boundary,
    label: c.text,
    labelHalo: c.halo,
    labelWater: c.waterText,
  };
}

/**
 * Change a layer of VersaTiles into one of ours: its source, fonts, colours of streets, and how long labels stay.
 * @param {StyleLayer & { paint: any, layout?: any }} layer
 * @param {Palette} c
 * @returns {StyleLayer}
 */
function adapted(layer, c) {
  layer.source = "osm";
  if (layer.type === "symbol") return asLabel(layer, c);
  const street = PATHS.exec(layer.id)?.[1];
  if (street) layer.paint[layer.type === "fill" ? "fill-color" : "line-color"] = streetColour(layer.id, street, c);
  if (layer.id.startsWith("boundary-country") && !layer.id.endsWith("outline")) layer.paint["line-dasharray"] = [6, 2];
  if (layer.id === "boundary-state") layer.paint["line-dasharray"] = [4, 2];
  if (layer.id.startsWith("boundary-") && !layer.id.endsWith("outline"))
    layer.paint["line-width"] = ["interpolate", ["linear"], ["zoom"], 2, 0.8, 10, layer.id.includes("state") ? 1.2 : 2];
  if (layer.id.startsWith("boundary-") && layer.id.endsWith("outline"))
    layer.paint["line-color"] = fade(c.background, 0.6);
  if (layer.id === "water-stream" || layer.id === "water-ditch") layer.paint["line-color"] = c.waterLine;
  if (layer.id === "water-river" || layer.id === "water-canal") {
    layer.paint["line-color"] = c.waterLine;
    layer.paint["line-width"] = ["interpolate", ["exponential", 1.4], ["zoom"], 9, 0.8, 13, 2.6, 18, 13];
  }
  return layer;
}

/**
 * @param {string} id
 * @param {string} street - a class of streets, as VersaTiles names it
 * @param {Palette} c
 */
function streetColour(id, street, c) {
  const palette = /:(outline|bridge)$/.test(id) ? c.casing : c.road;
  const cls = { livingstreet: "living", pedestrian: "living" }[street] ?? street;
  const inTunnel = id.startsWith("tunnel-");
  /** @param {string} name */
  const shade = (name) => (inTunnel ? mix(palette[name], c.background, 0.55) : palette[name]);
  return street === "arterial"
    ? ["match", ["get", "kind"], "primary", shade("primary"), shade("secondary")]
    : shade(cls);
}

/**
 * @param {StyleLayer & { paint: any, layout?: any }} layer
 * @param {Palette} c
 * @returns {StyleLayer}
 */
function asLabel(layer, c) {
  const { id, paint, layout } = layer;
  for (const name of Object.keys(paint)) if (name.startsWith("icon-")) delete paint[name];
  const isPlace = id.startsWith("label-place-");
  const isLarge = /capital|city|town|country/.test(id);
  if (id === "label-boundary-country-small") layer.maxzoom = 7.5;
  layout["text-font"] = /bold/.test(String(layout["text-font"])) || isLarge ? BOLD : REGULAR;
  if (id.startsWith("label-water-")) layout["text-font"] = ITALIC;
  if (id.startsWith("label-motorway-")) {
    layout["text-field"] = ["get", "ref"];
    paint["text-color"] = c.shieldText;
    paint["text-halo-color"] = c.casing.motorway;
    paint["text-halo-width"] = 3;
    paint["text-halo-blur"] = 0;
    layout["text-padding"] = 6;
  } else {
    layout["text-field"] = ["get", "name"];
    paint["text-halo-width"] = 1.5;
    paint["text-halo-blur"] = 0.5;
  }
  if (!isPlace) return layer;
  // Names of places stay at all zooms; those of large ones grow less from where their streets have names.
  delete layer.maxzoom;
  delete paint["text-opacity"];
  paint["text-color"] = c.placeText;
  layout["text-padding"] = 4;
  return layer;
}
