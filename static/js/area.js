// Where the instance has data: the first view of a new visitor, and a note where there is none.

import { column, row } from "./tile_grid.js";

/**
 * `bounds` and `focus` are [west, south, east, north]; `cells` are [column, row] of the map tiles of a zoom.
 * @typedef {{ bounds: number[] | null, focus: number[] | null, zoom: number, cells: number[][] }} Coverage
 */

/**
 * Return whether there is data in a view.
 * @param {Coverage} coverage
 * @param {number[]} view - [west, south, east, north], which may go on beyond 180 degrees
 */
export function hasData({ zoom, cells }, [west, south, east, north]) {
  if (east - west >= 360) return cells.length > 0;
  const width = 2 ** zoom;
  const [left, right] = [column(west, zoom), column(east, zoom)];
  const [top, bottom] = [row(north, zoom), row(south, zoom)];
  return cells.some(([x, y]) => {
    // The first copy of the cell that is not to the west of the view.
    const copy = x + Math.ceil((left - x) / width) * width;
    return copy <= right && y >= top && y <= bottom;
  });
}

/**
 * Start where there is data if nothing else says where, and say where there is none.
 * @param {any} siteMap
 * @param {string} url
 */
export async function showArea(siteMap, url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) return;
  /** @type {Coverage} */
  const coverage = await response.json();
  const home = coverage.focus || coverage.bounds;
  if (!home) return;
  if (!siteMap.hasPosition && !document.getElementById("map-data")) siteMap.fit(home, { padding: 20, duration: 0 });
  const { map } = siteMap;
  const note = document.getElementById("no-data");
  const show = () => {
    note.hidden = Boolean(siteMap.base) || hasData(coverage, map.getBounds().toArray().flat());
  };
  note.querySelector("button").addEventListener("click", () => {
    siteMap.fit(home, { padding: 20 });
    // The button disappears under the focus.
    map.getCanvas().focus();
  });
  map.on("moveend", show);
  document.addEventListener("layerschange", show);
  show();
}
