// Paths, tracks and rails, tunnels and bridges included: as they have always been on our map.

import { among, match, zoomed } from "../static/js/expressions.js";

const FOOT = ["footway", "path", "steps", "bridleway", "corridor", "via_ferrata"];
const CLASSES = { steps: "steps", cycleway: "cycle", track: "track" };
const ROUND = { "line-cap": "round", "line-join": "round" };
const RAILS = ["rail", "narrow_gauge", "light_rail", "funicular", "subway", "monorail", "tram"];
const inTunnel = ["==", ["get", "tunnel"], true];

/**
 * Return the layers of what is narrower than a street, below the streets.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function pathLayers(c) {
  const cycle = c.cycling ?? 1;
  const width = (/** @type {number} */ base) => ["*", base, ["match", ["get", "kind"], "cycleway", cycle, 1]];
  /** @type {(id: string, filter: unknown, paint: object, layout?: object, minzoom?: number) => StyleLayer} */
  const line = (id, filter, paint, layout = { "line-join": "round" }, minzoom = 13) => ({
    id,
    type: "line",
    source: "osm",
    "source-layer": "streets",
    minzoom,
    filter,
    paint,
    layout,
  });
  const colour = match(
    "kind",
    Object.fromEntries(Object.entries(CLASSES).map(([kind, cls]) => [kind, c.path[cls]])),
    c.path.foot,
  );
  const forCyclists = c.isCycling ? ["case", among("bicycle", "designated", "yes"), c.path.cycle, colour] : colour;
  const paths = among("kind", ...FOOT, "cycleway");
  const tracks = among("kind", "track");
  return [
    line(
      "path-halo",
      among("kind", ...FOOT, "cycleway", "track"),
      { "line-color": c.pathHalo, "line-width": zoomed(13, 2, 18, 6) },
      ROUND,
      14,
    ),
    line("path", paths, {
      "line-color": forCyclists,
      "line-width": zoomed(13, width(0.8), 18, width(3)),
      "line-dasharray": [2.4, 1.6],
      "line-opacity": ["case", inTunnel, 0.4, 0.9],
    }),
    line("track", tracks, {
      "line-color": c.path.track,
      "line-width": zoomed(13, 0.9, 18, 4),
      "line-dasharray": [5, 2],
      "line-opacity": ["case", inTunnel, 0.4, 0.8],
    }),
  ];
}

/**
 * Return the layers of rails, above the streets.
 * @param {Palette} c
 * @returns {StyleLayer[]}
 */
export function railLayers(c) {
  const strong = c.transport ?? 1;
  const isSiding = ["has", "service"];
  const isLight = among("kind", "tram", "light_rail", "subway", "monorail", "funicular");
  /** @param {number} size */
  const width = (size) => ["*", size * strong, ["case", isSiding, 0.6, isLight, 0.8, 1]];
  const common = { source: "osm", "source-layer": "streets", filter: among("kind", ...RAILS) };
  return [
    {
      id: "rail",
      type: "line",
      ...common,
      minzoom: 8,
      paint: {
        "line-color": c.rails ? match("kind", c.rails, c.rail) : c.rail,
        "line-width": zoomed(8, width(0.5), 13, width(1.6), 18, width(5)),
        "line-opacity": ["case", inTunnel, 0.35, 1],
      },
    },
    {
      id: "rail-gap",
      type: "line",
      ...common,
      minzoom: 12,
      paint: {
        "line-color": c.railGap,
        "line-width": zoomed(13, width(0.8), 18, width(3)),
        "line-dasharray": [4, 4],
        "line-opacity": ["case", inTunnel, 0, 1],
      },
    },
  ];
}
