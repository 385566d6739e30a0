// Results of a search: numbers on the map, highlighted together with their rows of the list.

/* global maplibregl */

import { LIBRARY_ZOOM } from "./position.js";

export class Results {
  constructor(map, sidebar) {
    this.map = map;
    this.sidebar = sidebar;
    /** @type {Map<any, any>} Marks by their rows. */
    this.marks = new Map();
    sidebar.addEventListener("shown", () => this.shown());
    const over = (event) => this.highlight(event.target.closest?.("[data-result]"));
    sidebar.content.addEventListener("mouseover", over);
    sidebar.content.addEventListener("focusin", over);
    sidebar.content.addEventListener("mouseleave", () => this.highlight());
  }

  shown() {
    for (const mark of this.marks.values()) mark.remove();
    const rows = [...this.sidebar.content.querySelectorAll("[data-result]")];
    // The first one is on top of the others.
    this.marks = new Map(rows.reverse().map((row) => [row, this.mark(row)]));
    const first = rows.at(-1);
    if (!first || this.map.staysInPlace) return;
    if (!this.map.hasPosition || !rows.some((row) => this.map.shows(bboxOf(row))))
      this.map.fit(bboxOf(first), { maxZoom: Number(first.dataset.zoom) - LIBRARY_ZOOM });
  }

  /** Return a mark on the map for a row. The keyboard has the links of the list. */
  mark(row) {
    const element = document.createElement("a");
    element.className = "result-mark";
    element.href = row.querySelector("a").getAttribute("href");
    element.textContent = row.querySelector(".result-number").textContent;
    element.title = row.querySelector("a").textContent;
    element.tabIndex = -1;
    element.setAttribute("aria-hidden", "true");
    element.addEventListener("click", (/** @type {any} */ event) => {
      event.handled = true;
    });
    element.addEventListener("mouseenter", () => {
      this.highlight(row);
      row.scrollIntoView({ block: "nearest" });
    });
    element.addEventListener("mouseleave", () => this.highlight());
    const [lon, lat] = bboxOf(row);
    return new maplibregl.Marker({ element }).setLngLat([lon, lat]).addTo(this.map.map);
  }

  highlight(active = null) {
    for (const [row, mark] of this.marks) {
      row.classList.toggle("is-active", row === active);
      mark.getElement().classList.toggle("is-active", row === active);
    }
  }
}

/** @returns {number[]} */
function bboxOf({ dataset: { lat, lon } }) {
  return [Number(lon), Number(lat), Number(lon), Number(lat)];
}
