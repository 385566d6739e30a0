// Query features: a button that makes a click on the map ask what is there, and the page with the answer.

/* global maplibregl */

import { texts } from "./map.js";
import { decimals, LIBRARY_ZOOM } from "./position.js";

const MIN_ZOOM = 14;
/** Meters in a pixel at the equator and zoom 0. */
const METERS = 156543.034;

export class Query {
  constructor(map, sidebar) {
    this.map = map;
    this.sidebar = sidebar;
    this.isOn = false;
    this.radius = 0;
    this.control = new QueryControl(this);
    map.map.addControl(this.control, `top-${document.dir === "rtl" ? "left" : "right"}`);
    this.asks();
    sidebar.addEventListener("shown", () => this.answered());
    map.map.on("zoom", () => this.resize());
  }

  /** Ask on a click or tap on the map while the button is pressed, and with Enter for the middle of the map. */
  asks() {
    const { container, map } = this.map;
    const mine = (event) => this.isOn && !event.target.closest(".maplibregl-marker, .maplibregl-ctrl");
    // Before the map: neither features nor changesets under the pointer are opened.
    container.addEventListener(
      "click",
      (/** @type {any} */ event) => {
        if (mine(event)) event.handled = event.queried = true;
      },
      true,
    );
    map.on("click", ({ originalEvent, lngLat }) => {
      if (originalEvent.queried) this.ask(lngLat.wrap());
    });
    container.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !mine(event)) return;
      event.preventDefault();
      this.ask(map.getCenter().wrap());
    });
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape" || event.defaultPrevented || !this.isOn || !container.contains(event.target)) return;
        event.preventDefault();
        this.turn(false);
      },
      true,
    );
  }

  ask({ lng, lat }) {
    const { zoom } = this.map.position;
    const digits = decimals(Math.floor(zoom));
    const asked = new URLSearchParams({ lat: lat.toFixed(digits), lon: lng.toFixed(digits), zoom: zoom.toFixed(1) });
    this.sidebar.open(`/query?${asked}`);
  }

  turn(isOn) {
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    this.map.container.classList.toggle("is-querying", isOn);
    this.control.reflect();
  }

  /** Mark the place that was asked for on the map. While its page is open, each click asks. */
  answered() {
    this.mark?.remove();
    this.mark = null;
    const page = this.sidebar.content.querySelector("[data-query]");
    this.turn(Boolean(page));
    if (!page?.dataset.lat) return;
    const place = [Number(page.dataset.lon), Number(page.dataset.lat)];
    this.radius = Number(page.dataset.radius);
    const element = document.createElement("div");
    element.className = "query-mark";
    this.mark = new maplibregl.Marker({ element }).setLngLat(place).addTo(this.map.map);
    element.setAttribute("aria-label", texts.query_place);
    element.setAttribute("role", "img");
    this.resize();
    const bbox = [...place, ...place];
    if (!this.map.staysInPlace && (!this.map.hasPosition || !this.map.shows(bbox))) this.map.fit(bbox, { maxZoom: 17 });
  }

  /** Let the mark be as large as what counts as near. */
  resize() {
    if (!this.mark) return;
    const { lat } = this.mark.getLngLat();
    const pixel = (METERS * Math.cos((lat * Math.PI) / 180)) / 2 ** (this.map.map.getZoom() + LIBRARY_ZOOM);
    this.mark.getElement().style.inlineSize = `${Math.max(12, (2 * this.radius) / pixel)}px`;
  }
}

class QueryControl {
  constructor(query) {
    this.query = query;
    this.map = query.map.map;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.append(document.getElementById("icon-query").content.cloneNode(true));
    this.button.addEventListener("click", () => {
      query.turn(!query.isOn);
      if (!query.isOn) return;
      query.sidebar.announce(texts.query_how);
      // With the keyboard, the map's own keys move it, and Enter asks.
      this.map.getCanvas().focus();
    });
    this.map.on("zoomend", () => this.reflect());
  }

  onAdd() {
    this.group = document.createElement("div");
    this.group.className = "maplibregl-ctrl maplibregl-ctrl-group";
    this.group.append(this.button);
    this.reflect();
    return this.group;
  }

  reflect() {
    const { isOn } = this.query;
    const isFar = this.map.getZoom() + LIBRARY_ZOOM < MIN_ZOOM;
    this.button.disabled = isFar && !isOn;
    this.button.title = this.button.disabled ? texts.query_far : isOn ? texts.query_how : texts.query;
    this.button.setAttribute("aria-label", this.button.disabled ? texts.query_far : texts.query);
    this.button.setAttribute("aria-pressed", String(isOn));
  }

  onRemove() {
    this.group?.remove();
  }
}
