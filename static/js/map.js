// The map itself: its layers, its controls and its position.

/* global maplibregl */

import { labelLanguage, NOTHING_SHOWN, STYLES, styleName, wholeStyle } from "./drawing.js";
import { paletteOf } from "./palettes.js";
import { setHover } from "./pointing.js";
import { hashOf, initialPosition, LIBRARY_ZOOM, markerOf, parseHash, remember } from "./position.js";

/** Not 0: the library takes a map at 0/0/0 for one without a position, and ends its first movement when the style comes. */
const LEAST_ZOOM = 0.001;

const OSM = '<a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>';

export const BASES = {
  M: { tiles: ["https://tile.openstreetmap.org/{z}/{x}/{y}.png"], maxzoom: 19, attribution: `© ${OSM}` },
  Y: {
    tiles: ["a", "b", "c"].map((s) => `https://${s}.tile-cyclosm.openstreetmap.fr/cyclosm/{z}/{x}/{y}.png`),
    maxzoom: 20,
    attribution: `© ${OSM} · <a href="https://www.cyclosm.org">CyclOSM</a> · <a href="https://www.openstreetmap.fr">OpenStreetMap France</a>`,
  },
  H: {
    tiles: ["a", "b"].map((s) => `https://${s}.tile.openstreetmap.fr/hot/{z}/{x}/{y}.png`),
    maxzoom: 20,
    attribution: `© ${OSM} · <a href="https://www.hotosm.org">Humanitarian OSM Team</a> · <a href="https://www.openstreetmap.fr">OpenStreetMap France</a>`,
  },
};

// In the order that they have in URLs.
const OVERLAYS = ["D", "N", "G"];

export const texts = JSON.parse(document.getElementById("map-texts").textContent);
/** Whether the visitor wants nothing to move by itself. */
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const theme = () => document.documentElement.dataset.bsTheme;

export class SiteMap {
  // Set by the modules that show messages and the list of layers.
  /** @type {(() => void) | null} */
  onLayers = null;
  /** @type {(() => void) | null} */
  onFailure = null;
  /**
   * Messages about layers that cannot be loaded.
   * @type {Map<string, string>}
   */
  failures = new Map();
  /**
   * Layers of features that can be clicked, each with its place among them: small numbers are in front.
   * @type {Map<string, number>}
   */
  picks = new Map();
  /** @type {Set<string>} The layers of tiles that are drawn. */
  sourceLayers = new Set();
  /** @type {Map<string, Promise<any>>} The styles that were loaded, by name. */
  loaded = new Map();
  /** @type {string | null} The element that is highlighted. */
  highlighted = null;
  language = labelLanguage([...navigator.languages, document.documentElement.lang]);

  constructor(container) {
    this.container = container;
    this.data = { ...NOTHING_SHOWN };
    const start = initialPosition();
    this.hasPosition = Boolean(start);
    // True if the next page must not move the map, because the URL has a position.
    this.staysInPlace = Boolean(parseHash(location.hash).center);
    this.layers = this.known(start?.layers || "");
    this.folder = new URL(container.dataset.styles, location.href).href;
    maplibregl.setWorkerUrl(`${this.folder}worker.js`);
    const view = start?.bounds
      ? { bounds: start.bounds, fitBoundsOptions: { padding: 10 } }
      : { center: start?.center || [-0.1, 51.5], zoom: Math.max(LEAST_ZOOM, (start?.zoom ?? 5) - LIBRARY_ZOOM) };
    this.map = new maplibregl.Map({
      container,
      ...view,
      style: { version: 8, sources: {}, layers: [] },
      validateStyle: false,
      attributionControl: false,
      maxZoom: 20,
      minZoom: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: isCalm() ? 0 : 120,
      renderWorldCopies: true,
      locale: {
        "NavigationControl.ZoomIn": texts.zoom_in_button,
        "NavigationControl.ZoomOut": texts.zoom_out_button,
        "Map.Title": texts.map,
        "GeolocateControl.FindMyLocation": texts.locate,
        "AttributionControl.ToggleAttribution": texts.attribution,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.controls();
    this.watchTiles();
    this.watchBase();
    this.map.on("moveend", () => this.moved());
    this.map.once("load", () => this.moved());
    document.addEventListener("themechange", () => this.restyle());
    window.addEventListener("hashchange", () => this.followHash());
    const marker = markerOf(new URLSearchParams(location.search));
    if (marker) new maplibregl.Marker({ color: paletteOf(theme()).selected }).setLngLat(marker).addTo(this.map);
  }

  known(layers) {
    const codes = [...layers];
    const base = codes.find((code) => BASES[code]) || codes.find((code) => code in STYLES) || "";
    return base + OVERLAYS.filter((code) => codes.includes(code) && (BASES[base] || code !== "D")).join("");
  }

  get base() {
    return BASES[this.layers[0]] ? this.layers[0] : "";
  }

  /** The letter of the style of our own map; of the standard one, none. */
  get variant() {
    return this.layers[0] in STYLES ? this.layers[0] : "";
  }

  get showsNotes() {
    return this.layers.includes("N");
  }

  get showsData() {
    return !this.base || this.layers.includes("D");
  }

  get showsTraces() {
    return this.layers.includes("G");
  }

  /** Load a style of our own once. */
  load(name) {
    if (!this.loaded.has(name)) {
      const style = fetch(`${this.folder}${name}.json`).then((response) =>
        response.ok ? response.json() : Promise.reject(response),
      );
      style.catch(() => this.loaded.delete(name));
      this.loaded.set(name, style);
    }
    return /** @type {Promise<any>} */ (this.loaded.get(name));
  }

  /** Draw the map with the styles that the theme and the choice of layers ask for. */
  async restyle() {
    const isDark = theme() === "dark";
    const name = this.base ? (isDark ? "outlines-dark" : "outlines") : styleName(this.variant, isDark);
    const wanted = `${name} ${this.layers.replace("N", "")}`;
    this.wanted = wanted;
    const style = this.showsData && (await this.load(name).catch(() => null));
    if (this.wanted !== wanted) return;
    this.setFailure("style", style === null ? texts.failed : "");
    const own = style || { layers: [] };
    const palette = paletteOf(own.metadata?.["osmsite:dark"] || isDark ? "dark" : "light");
    const tiles = `${location.origin}/tiles/shortbread_v1/{z}/{x}/{y}.mvt`;
    const sprite = `${this.folder}sprite`;
    const options = { tiles, sprite, language: this.language, base: BASES[this.base] || null };
    this.picks = new Map(own.layers.filter(({ metadata }) => metadata).map(({ id, metadata }) => [id, metadata.pick]));
    this.sourceLayers = new Set(own.layers.map((layer) => layer["source-layer"]).filter(Boolean));
    this.container.style.backgroundColor = own.metadata?.["osmsite:background"] || "";
    this.hasBaseTiles = false;
    this.setFailure("base", "");
    this.map.setStyle(wholeStyle(own, options, this.data, palette));
    document.dispatchEvent(new CustomEvent("layerschange"));
  }

  /**
   * Highlight an element, and no other.
   * @param {string | null} key
   */
  highlight(key) {
    if (key === this.highlighted) return;
    if (this.highlighted) setHover(this.map, this.sourceLayers, this.highlighted, false);
    this.highlighted = key;
    if (key) setHover(this.map, this.sourceLayers, key, true);
  }

  /**
   * Load tiles again that have changed, if the map shows them.
   * @param {{ z: number, x: number, y: number }[]} ids
   */
  refreshTiles(ids) {
    if (this.map.getSource("osm")) this.map.refreshTiles("osm", ids);
  }

  owner() {
    const link = document.createElement("a");
    link.href = this.container.dataset.attribution;
    link.textContent = this.container.dataset.owner;
    return `© ${link.outerHTML}`;
  }

  set(source, data) {
    this.data[source] = data;
    this.map.getSource(source)?.setData(data);
  }

  controls() {
    const rtl = document.dir === "rtl";
    const [end, start] = rtl ? ["left", "right"] : ["right", "left"];
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), `top-${end}`);
    this.map.addControl(
      new maplibregl.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }),
      `top-${end}`,
    );
    this.map.addControl(new PaneControl(), `top-${end}`);
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), `bottom-${start}`);
    this.map.addControl(
      new maplibregl.AttributionControl({ compact: false, customAttribution: this.owner() }),
      `bottom-${end}`,
    );
  }

  /** Show a message about a layer that cannot be loaded; an empty one once it can. */
  setFailure(layer, text) {
    if ((this.failures.get(layer) || "") === text) return;
    if (text) this.failures.set(layer, text);
    else this.failures.delete(layer);
    this.onFailure?.();
  }

  /** Tell if our own tiles fail. */
  watchTiles() {
    this.map.on("error", ({ sourceId, error }) => {
      if (sourceId === "osm") this.setFailure("data", texts.failed);
      else if (sourceId !== "base") console.error(error);
    });
    this.map.on("sourcedata", ({ sourceId, tile }) => {
      if (sourceId === "osm" && tile?.state === "loaded") this.setFailure("data", "");
    });
  }

  /** Notice whether the tiles of the background arrive. The map library tells nobody about status 404. */
  watchBase() {
    this.hasBaseTiles = false;
    const report = (fails) => this.setFailure("base", fails ? texts.background_failed : "");
    this.map.on("error", ({ sourceId }) => {
      if (sourceId === "base") report(Boolean(this.base));
    });
    this.map.on("sourcedata", ({ sourceId, tile }) => {
      if (sourceId !== "base" || tile?.state !== "loaded") return;
      this.hasBaseTiles = true;
      report(false);
    });
    let later;
    const check = () => {
      if (!this.base || this.hasBaseTiles) return;
      if (this.map.areTilesLoaded()) report(true);
      else later = setTimeout(check, 1000);
    };
    this.map.on("sourcedataloading", ({ sourceId }) => {
      if (sourceId !== "base" || this.hasBaseTiles) return;
      clearTimeout(later);
      later = setTimeout(check, 1000);
    });
  }

  get position() {
    const { lng, lat } = this.map.getCenter().wrap();
    return { zoom: this.map.getZoom() + LIBRARY_ZOOM, lat, lon: lng, layers: this.layers };
  }

  get hash() {
    return hashOf(this.position);
  }

  moved() {
    const { lat, lon, zoom } = this.position;
    document.dispatchEvent(
      new CustomEvent("mapmoved", { detail: { zoom, lat, lon, bounds: this.map.getBounds().toArray().flat() } }),
    );
    if (!this.hasPosition) return;
    history.replaceState(history.state, "", location.pathname + location.search + this.hash);
    remember(this.position);
  }

  followHash() {
    const { center, zoom, layers } = parseHash(location.hash);
    if (!center || zoom === undefined || location.hash === this.hash) return;
    this.hasPosition = true;
    this.map.jumpTo({ center, zoom: zoom - LIBRARY_ZOOM });
    if (this.known(layers) !== this.layers) this.choose(layers);
    else if (!this.wanted) this.restyle();
  }

  choose(layers) {
    const before = this.layers;
    this.layers = this.known(layers);
    // Notes are not part of the style.
    if (before.replace("N", "") !== this.layers.replace("N", "")) this.restyle();
    this.hasPosition = true;
    this.moved();
    this.onLayers?.();
  }

  fit(bounds, options = {}) {
    if (!bounds) return;
    this.hasPosition = true;
    const [west, south, east, north] = bounds;
    const limited = (lat) => Math.max(-90, Math.min(90, lat));
    this.map.fitBounds(
      [
        [west, limited(south)],
        [east, limited(north)],
      ],
      { padding: 48, maxZoom: 17, duration: isCalm() ? 0 : 350, ...options },
    );
  }

  /** Return whether a bbox overlaps the view, or is inside it (`whole`). */
  shows([west, south, east, north], whole) {
    const view = this.map.getBounds();
    if (!whole)
      return west <= view.getEast() && east >= view.getWest() && south <= view.getNorth() && north >= view.getSouth();
    return west >= view.getWest() && east <= view.getEast() && south >= view.getSouth() && north <= view.getNorth();
  }
}

class PaneControl {
  onAdd() {
    const group = document.createElement("div");
    group.className = "maplibregl-ctrl maplibregl-ctrl-group";
    for (const name of ["layers", "share"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = texts[name];
      button.setAttribute("aria-label", texts[name]);
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", `pane-${name}`);
      button.append(document.querySelector(`#icon-${name}`).content.cloneNode(true));
      button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("pane", { detail: name })));
      group.append(button);
    }
    this.group = group;
    return group;
  }

  onRemove() {
    this.group?.remove();
  }
}
