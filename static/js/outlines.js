// The shape of the feature whose link is pointed at, in a source and layers of their own above whatever style is shown.

import { paletteOf } from "./palettes.js";

const SOURCE = "outline";
const WAIT = 60;
/** @type {{ type: string, features: Feature[] }} */
const EMPTY = { type: "FeatureCollection", features: [] };

/** Links with `data-outline`, the URL of a shape, have it drawn while the pointer or the focus is on them. */
export class Outlines {
  constructor(map, sidebar) {
    this.map = map.map;
    /** @type {Map<string, Promise<Feature | null>>} Shapes that were asked for, by their URLs. */
    this.known = new Map();
    this.drawn = EMPTY;
    /** @type {string | null} */
    this.shown = null;
    this.map.on("style.load", () => this.addLayers());
    const over = (event) => this.show(event.target.closest?.("[data-outline]")?.dataset.outline);
    sidebar.content.addEventListener("mouseover", over);
    sidebar.content.addEventListener("focusin", over);
    sidebar.content.addEventListener("mouseleave", () => this.show());
    sidebar.content.addEventListener("focusout", () => this.show());
    sidebar.addEventListener("shown", () => this.show());
  }

  /** Draw the shape at a URL, once the pointer has rested on its link; nothing without one. */
  show(url = null) {
    if (url === this.shown) return;
    this.shown = url;
    clearTimeout(this.timer);
    if (!url) {
      this.draw(null);
      return;
    }
    this.timer = setTimeout(async () => {
      if (!this.known.has(url)) this.known.set(url, load(url));
      const feature = await this.known.get(url);
      if (url === this.shown) this.draw(feature || null);
    }, WAIT);
  }

  /** @param {Feature | null} feature */
  draw(feature) {
    this.drawn = feature ? { ...EMPTY, features: [feature] } : EMPTY;
    this.map.getSource(SOURCE)?.setData(this.drawn);
  }

  addLayers() {
    if (this.map.getSource(SOURCE)) return;
    const color = paletteOf(document.documentElement.dataset.bsTheme).hover;
    const is = (type) => ["==", ["geometry-type"], type];
    const isNot = (type) => ["!=", ["geometry-type"], type];
    const add = (id, type, filter, paint, layout = {}) =>
      this.map.addLayer({ id: `${SOURCE}-${id}`, type, source: SOURCE, filter, paint, layout });
    this.map.addSource(SOURCE, { type: "geojson", data: this.drawn });
    add("area", "fill", is("Polygon"), { "fill-color": color, "fill-opacity": 0.16 });
    add(
      "line",
      "line",
      isNot("Point"),
      { "line-color": color, "line-width": 4, "line-opacity": 0.75 },
      { "line-cap": "round", "line-join": "round" },
    );
    add("point", "circle", is("Point"), { "circle-color": color, "circle-radius": 10, "circle-opacity": 0.55 });
  }
}

/** @param {string} url */
async function load(url) {
  const response = await fetch(url).catch(() => null);
  return response?.ok ? response.json() : null;
}
