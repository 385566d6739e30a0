// Our own data for the view, in tiles from the API: kept, taken back when the map has moved on, cut in four
// where a tile holds more than the API answers.

import { Elements } from "./features.js";
import { DATA_LAYERS_START } from "./style.js";
import { column, latOf, lonOf, row } from "./tile_grid.js";

const KEPT = 48;
const DEEPEST = 18;
const TOGETHER = 4;

export class DataLayer extends EventTarget {
  constructor(map) {
    super();
    this.map = map;
    this.tiles = new Map();
    this.queue = [];
    this.running = 0;
    this.enabled = true;
    this.asked = new Set();
    this.byKey = new Map();
    this.collection = { type: "FeatureCollection", features: [] };
  }

  // Tiles as wide as the map library's own: a view takes about a dozen.
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

  // The tile, the loaded one that it lies in, or the four that it was cut into.
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
    if (known?.state === "cut" && z < DEEPEST) {
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
      if (this.tiles.size <= KEPT) break;
      if (!needed.has(key) && entry.state !== "loading") {
        this.tiles.delete(key);
        this.stale = true;
      }
    }
  }

  pump() {
    while (this.running < TOGETHER && this.queue.length) {
      const key = this.queue.shift();
      const entry = this.tiles.get(key);
      if (entry?.state === "waiting") this.load(key, entry);
    }
  }

  async load(key, entry) {
    const [z, x, y] = entry.tile;
    const box = [lonOf(x, z), latOf(y + 1, z), lonOf(x + 1, z), latOf(y, z)].map((side) => side.toFixed(7)).join(",");
    entry.state = "loading";
    entry.abort = new AbortController();
    this.running++;
    try {
      const answer = await fetch(`/api/0.6/map.json?bbox=${box}`, { signal: entry.abort.signal });
      if (answer.status === 400) {
        entry.state = "cut";
        if (z < DEEPEST) setTimeout(() => this.update());
      } else if (!answer.ok) {
        entry.state = "failed";
      } else {
        entry.elements = (await answer.json()).elements;
        entry.state = "loaded";
        this.draw();
      }
    } catch (error) {
      if (error.name !== "AbortError") entry.state = "failed";
    } finally {
      this.running--;
      if (entry.state === "failed") setTimeout(() => this.tiles.get(key) === entry && this.tiles.delete(key), 10000);
      this.pump();
      this.report();
    }
  }

  // Draws what is loaded; several tiles that come at once are drawn together.
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

  // Fetches what lies outside of the view of woods, lakes and other large areas, one after the other.
  async complete() {
    if (this.completing) return;
    this.completing = true;
    const { elements } = this;
    let found = false;
    for (const { id } of elements.incomplete()) {
      if (this.running || this.asked.has(id) || elements !== this.elements) continue;
      this.asked.add(id);
      const answer = await fetch(`/api/0.6/relation/${id}/full.json`).catch(() => null);
      if (answer?.ok) {
        elements.add((await answer.json()).elements);
        found = true;
      }
    }
    this.completing = false;
    if (found) this.draw();
  }

  report(state) {
    const states = [...this.tiles.values()].map((entry) => entry.state);
    const tooMuch = [...this.tiles.values()].some((entry) => entry.state === "cut" && entry.tile[0] >= DEEPEST);
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

function group(features) {
  const groups = new Map();
  for (const feature of features) {
    const { key } = feature.properties;
    if (groups.has(key)) groups.get(key).push(feature);
    else groups.set(key, [feature]);
  }
  return groups;
}
