// Our own data for the view, loaded from the API in tiles. Loaded tiles are cached, requests for tiles that are no
// longer in the view are aborted, and a tile with more data than the API returns at once is split into four.

import { Elements } from "./features.js";
import { DATA_LAYERS_START } from "./style.js";
import { column, latOf, lonOf, row } from "./tile_grid.js";

const MAX_TILES = 48;
const MAX_ZOOM = 18;
const MAX_REQUESTS = 4;

export class DataLayer extends EventTarget {
  constructor(map) {
    super();
    this.map = map;
    /**
     * Tiles by key, the most recently used last. The state is waiting, loading, loaded, split or failed.
     * @type {Map<string, any>}
     */
    this.tiles = new Map();
    /** @type {string[]} */
    this.queue = [];
    this.running = 0;
    this.enabled = true;
    this.asked = new Set();
    /** @type {Map<string, Feature[]>} */
    this.byKey = new Map();
    /** @type {{ type: string, features: Feature[] }} */
    this.collection = { type: "FeatureCollection", features: [] };
  }

  /** Return the tiles of the view, the middle first. They are as wide as the map library's: a view has about a dozen. */
  wanted() {
    const zoom = Math.max(13, Math.min(15, Math.floor(this.map.getZoom())));
    const bounds = this.map.getBounds();
    const world = 2 ** zoom;
    const keys = [];
    for (let x = column(bounds.getWest(), zoom); x <= column(bounds.getEast(), zoom); x++) {
      for (let y = row(bounds.getNorth(), zoom); y <= row(bounds.getSouth(), zoom); y++) {
        if (y >= 0 && y < world) keys.push([zoom, ((x % world) + world) % world, y]);
      }
    }
    const middle = [column(this.map.getCenter().lng, zoom), row(this.map.getCenter().lat, zoom)];
    const distance = ([, x, y]) => Math.hypot(x - middle[0], y - middle[1]);
    return keys.sort((a, b) => distance(a) - distance(b));
  }

  update() {
    if (!this.enabled || this.map.getZoom() < DATA_LAYERS_START) {
      this.cancelAllBut(new Set());
      this.report(this.enabled ? "far" : "off");
      return;
    }
    const needed = new Map();
    for (const tile of this.wanted()) this.need(tile, needed);
    this.cancelAllBut(needed);
    for (const [key, tile] of needed) {
      const known = this.tiles.get(key);
      if (known) {
        this.tiles.delete(key);
        this.tiles.set(key, known);
      } else {
        this.tiles.set(key, { tile, state: "waiting" });
        this.queue.push(key);
      }
    }
    this.forget(needed);
    this.pump();
    this.report();
  }

  /** Add a tile to `needed`, or the loaded tile that contains it, or the four that it was split into. */
  need([z, x, y], needed) {
    for (let up = z; up >= 13; up--) {
      const above = [up, x >> (z - up), y >> (z - up)];
      const known = this.tiles.get(above.join("/"));
      if (known?.state === "loaded") {
        needed.set(above.join("/"), above);
        return;
      }
    }
    const known = this.tiles.get(`${z}/${x}/${y}`);
    if (known?.state === "split" && z < MAX_ZOOM) {
      needed.set(`${z}/${x}/${y}`, [z, x, y]);
      const view = this.map.getBounds();
      for (const [i, j] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]) {
        const [cx, cy] = [2 * x + i, 2 * y + j];
        if (
          lonOf(cx, z + 1) <= view.getEast() &&
          lonOf(cx + 1, z + 1) >= view.getWest() &&
          latOf(cy + 1, z + 1) <= view.getNorth() &&
          latOf(cy, z + 1) >= view.getSouth()
        ) {
          this.need([z + 1, cx, cy], needed);
        }
      }
      return;
    }
    needed.set(`${z}/${x}/${y}`, [z, x, y]);
  }

  cancelAllBut(needed) {
    for (const [key, entry] of this.tiles) {
      if (entry.state === "waiting" && !needed.has(key)) this.tiles.delete(key);
      if (entry.state === "loading" && !needed.has(key)) {
        this.tiles.delete(key);
        entry.abort.abort();
      }
    }
    this.queue = this.queue.filter((key) => this.tiles.get(key)?.state === "waiting");
  }

  forget(needed) {
    for (const [key, entry] of this.tiles) {
      if (this.tiles.size <= MAX_TILES) break;
      if (!needed.has(key) && entry.state !== "loading") {
        this.tiles.delete(key);
        this.stale = true;
      }
    }
  }

  /** Start as many requests as may run at the same time. */
  pump() {
    while (this.running < MAX_REQUESTS && this.queue.length) {
      const key = /** @type {string} */ (this.queue.shift());
      const entry = this.tiles.get(key);
      if (entry?.state === "waiting") this.load(key, entry);
    }
  }

  async load(key, entry) {
    const [z, x, y] = entry.tile;
    const bbox = [lonOf(x, z), latOf(y + 1, z), lonOf(x + 1, z), latOf(y, z)].map((side) => side.toFixed(7)).join(",");
    entry.state = "loading";
    entry.abort = new AbortController();
    this.running++;
    try {
      const response = await fetch(`/api/0.6/map.json?bbox=${bbox}`, { signal: entry.abort.signal });
      if (response.status === 400) {
        entry.state = "split";
        if (z < MAX_ZOOM) setTimeout(() => this.update());
      } else if (!response.ok) {
        entry.state = "failed";
      } else {
        entry.elements = (await response.json()).elements;
        entry.state = "loaded";
        this.draw();
      }
    } catch {
      if (!entry.abort.signal.aborted) entry.state = "failed";
    } finally {
      this.running--;
      if (entry.state === "failed") setTimeout(() => this.tiles.get(key) === entry && this.tiles.delete(key), 10000);
      this.pump();
      this.report();
    }
  }

  /** Draw the loaded tiles soon: tiles that arrive at the same time are drawn together. */
  draw() {
    clearTimeout(this.timer);
    const busy = this.running > 1 || this.queue.length > 0;
    const wait = performance.now() - (this.drawnAt || 0) > (busy ? 1500 : 600) ? 0 : busy ? 500 : 120;
    this.timer = setTimeout(() => this.drawNow(), wait);
  }

  drawNow() {
    if (this.stale || !this.elements) {
      this.elements = new Elements();
      for (const entry of this.tiles.values()) entry.added = false;
      this.asked.clear();
      this.stale = false;
    }
    for (const entry of this.tiles.values()) {
      if (entry.elements && !entry.added) {
        this.elements.add(entry.elements);
        entry.added = true;
      }
    }
    this.collection = { type: "FeatureCollection", features: this.elements.features() };
    this.byKey = Map.groupBy
      ? Map.groupBy(this.collection.features, (f) => f.properties.key)
      : group(this.collection.features);
    this.map.getSource("osm")?.setData(this.collection);
    this.drawnAt = performance.now();
    this.dispatchEvent(new Event("drawn"));
    if (!this.running) this.complete();
  }

  /** Load the parts of woods, lakes and other large areas that are outside of the view, one area after the other. */
  async complete() {
    const { elements } = this;
    if (this.completing || !elements) return;
    this.completing = true;
    let found = false;
    for (const { id } of elements.incomplete()) {
      if (this.running || this.asked.has(id) || elements !== this.elements) continue;
      this.asked.add(id);
      const response = await fetch(`/api/0.6/relation/${id}/full.json`).catch(() => null);
      if (response?.ok) {
        elements.add((await response.json()).elements);
        found = true;
      }
    }
    this.completing = false;
    if (found) this.draw();
  }

  report(state) {
    const states = [...this.tiles.values()].map((entry) => entry.state);
    const tooMuch = [...this.tiles.values()].some((entry) => entry.state === "split" && entry.tile[0] >= MAX_ZOOM);
    const now =
      state ||
      (states.includes("loading") || states.includes("waiting")
        ? "loading"
        : tooMuch
          ? "too_much"
          : states.includes("failed")
            ? "failed"
            : "ready");
    if (now !== this.state) {
      this.state = now;
      this.dispatchEvent(new Event("state"));
    }
  }
}

/**
 * Group features by key, for browsers without Map.groupBy.
 * @param {Feature[]} features
 */
function group(features) {
  const groups = new Map();
  for (const feature of features) {
    const { key } = feature.properties;
    if (groups.has(key)) groups.get(key).push(feature);
    else groups.set(key, [feature]);
  }
  return groups;
}
