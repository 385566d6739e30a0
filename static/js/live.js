// Keeps an open map up to date: asks every two seconds which tiles have changed, while the page and our map are seen.

import { column, row } from "./tile_grid.js";

/** @typedef {{ z: number, x: number, y: number }} Tile */

/**
 * What has changed: [z, x, y] of tiles, and of those that stand for all tiles within them. `wait` is in seconds.
 * @typedef {{ number: number, tiles: number[][], within: number[][], wait: number }} Changes
 */

/**
 * @typedef {object} View
 * @property {() => boolean} isShown - whether our tiles are on the map
 * @property {() => Tile[]} tiles - those that are in view
 * @property {(tiles: Tile[]) => void} refresh
 */

/** The zoom from which the map enlarges tiles. */
const DEEPEST = 14;
/** Tiles in view, of which there are a few dozen even on large screens. */
const MOST_IN_VIEW = 500;
/** Changed tiles out of view that are remembered; of more, it is only remembered that anything may have changed. */
const MOST_REMEMBERED = 2000;
const FIRST_PAUSE = 4;
const LONGEST_PAUSE = 60;

/** @param {Tile} tile */
const nameOf = ({ z, x, y }) => `${z}/${x}/${y}`;

/**
 * Return the tiles of a view.
 * @param {number} zoom - the map library's
 * @param {number[]} bounds - [west, south, east, north], which may go on beyond 180 degrees
 * @returns {Tile[]}
 */
export function tilesOf(zoom, [west, south, east, north]) {
  const z = Math.max(0, Math.min(DEEPEST, Math.floor(zoom)));
  const width = 2 ** z;
  const found = new Map();
  for (let x = column(west, z); x <= column(east, z); x++)
    for (let y = row(north, z); y <= row(south, z) && found.size < MOST_IN_VIEW; y++) {
      const tile = { z, x: ((x % width) + width) % width, y: Math.max(0, Math.min(width - 1, y)) };
      found.set(nameOf(tile), tile);
    }
  return [...found.values()];
}

/** Changed tiles that have not been refreshed yet, because they were not in view. */
class Remembered {
  constructor() {
    /** @type {Set<string>} */
    this.tiles = new Set();
    /** @type {Set<string>} */
    this.within = new Set();
    /**
     * Tiles that have been refreshed since something around them changed.
     * @type {Set<string>}
     */
    this.done = new Set();
  }

  /** @param {Changes} changes */
  add({ tiles, within }) {
    for (const [z, x, y] of tiles) this.tiles.add(nameOf({ z, x, y }));
    for (const [z, x, y] of within) this.within.add(nameOf({ z, x, y }));
    if (within.length) this.done.clear();
    if (this.tiles.size + this.within.size <= MOST_REMEMBERED) return;
    this.tiles.clear();
    this.within = new Set(["0/0/0"]);
    this.done.clear();
  }

  /**
   * Return those of some tiles that have changed, and forget them.
   * @param {Tile[]} tiles
   */
  take(tiles) {
    return tiles.filter((tile) => {
      const name = nameOf(tile);
      const isChanged = this.tiles.delete(name);
      if (this.done.has(name) || !this.isWithin(tile)) return isChanged;
      this.done.add(name);
      return true;
    });
  }

  /** @param {Tile} tile */
  isWithin({ z, x, y }) {
    for (let up = 0; this.within.size && up <= z; up++)
      if (this.within.has(nameOf({ z: z - up, x: x >> up, y: y >> up }))) return true;
    return false;
  }
}

/** Asks for changes, one request after another; pauses longer and longer while they fail. */
export class Live {
  /**
   * @param {string} url
   * @param {View} view
   */
  constructor(url, view) {
    this.url = url;
    this.view = view;
    this.remembered = new Remembered();
    /** @type {number | null} */
    this.number = null;
    this.failures = 0;
    this.isAsking = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  get isWanted() {
    return !document.hidden && navigator.onLine !== false && this.view.isShown();
  }

  /** Ask now, unless a request is on its way or nobody is looking; then wait for the next call. */
  async ask() {
    clearTimeout(this.timer);
    if (this.isAsking || !this.isWanted) return;
    this.isAsking = true;
    const wait = await this.read();
    this.isAsking = false;
    // Not all pages at the same moment.
    if (this.isWanted) this.timer = setTimeout(() => this.ask(), wait * (950 + 100 * Math.random()));
  }

  /** Return after how many seconds to ask again. */
  async read() {
    const query = this.number === null ? "" : `?after=${this.number}`;
    const response = await fetch(this.url + query, { credentials: "omit" }).catch(() => null);
    const found = response?.ok ? await response.json().catch(() => null) : null;
    if (!found) {
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures++);
      return Math.max(pause, Number(response?.headers.get("Retry-After")) || 0);
    }
    this.failures = 0;
    this.number = found.number;
    this.remembered.add(found);
    this.refresh();
    return found.wait;
  }

  /** Have those tiles loaded again that have changed and are in view. */
  refresh() {
    const changed = this.remembered.take(this.view.tiles());
    if (changed.length) this.view.refresh(changed);
  }
}

/**
 * Keep a map up to date.
 * @param {any} siteMap
 * @param {string} url
 */
export function follow(siteMap, url) {
  const { map } = siteMap;
  const live = new Live(url, {
    isShown: () => Boolean(siteMap.refreshTiles) && !siteMap.base,
    tiles: () => tilesOf(map.getZoom(), map.getBounds().toArray().flat()),
    refresh: (tiles) => {
      siteMap.refreshTiles(tiles);
      // A tile that is on its way may be older than the change.
      if (!map.areTilesLoaded()) map.once("idle", () => siteMap.refreshTiles(tiles));
    },
  });
  const ask = () => live.ask();
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("online", ask);
  // Other layers may be shown.
  document.addEventListener("layerschange", ask);
  // Tiles that changed while they were out of view may still be in the library's memory.
  map.on("moveend", () => live.refresh());
  ask();
}
