// Lists of changesets: their bboxes on the map, highlighted together with their rows; the list follows the map.

/* global htmx */

import { atLeast } from "./geometry.js";

const MIN_PIXELS = 18;

export class ChangesetBoxes {
  constructor(map, sidebar) {
    this.map = map;
    this.sidebar = sidebar;
    this.rows = new Map();
    /** @type {Map<number, number[]>} */
    this.bboxes = new Map();
    this.area = null;
    sidebar.addEventListener("shown", () => this.update(true));
    document.body.addEventListener("htmx:afterSettle", () => this.update(false));
    map.map.on("moveend", () => this.follow());
    map.map.on("zoomend", () => this.draw());
    map.map.on("mousemove", "box-fill", (event) => {
      const smallest = event.features.reduce((a, b) => (b.properties.size < a.properties.size ? b : a));
      this.highlight(smallest.properties.id, true);
    });
    map.map.on("mouseleave", "box-fill", () => this.highlight(null));
    map.map.on("click", "box-fill", (event) => {
      if (event.originalEvent.handled) return;
      event.originalEvent.handled = true;
      const smallest = event.features.reduce((a, b) => (b.properties.size < a.properties.size ? b : a));
      sidebar.open(`/changeset/${smallest.properties.id}`);
    });
    const over = (event) =>
      this.highlight(Number(event.target.closest?.("[data-changeset]")?.dataset.changeset) || null);
    sidebar.content.addEventListener("mouseover", over);
    sidebar.content.addEventListener("focusin", over);
    sidebar.content.addEventListener("mouseleave", () => this.highlight(null));
  }

  get list() {
    return document.getElementById("changesets");
  }

  update(isNew) {
    const data = document.getElementById("map-data");
    const single = data && JSON.parse(data.textContent);
    const bboxes = new Map();
    this.rows = new Map();
    for (const row of document.querySelectorAll("li[data-changeset]")) {
      this.rows.set(Number(row.dataset.changeset), row);
      if (row.dataset.bbox) bboxes.set(Number(row.dataset.changeset), row.dataset.bbox.split(",").map(Number));
    }
    if (single?.kind === "changeset" && single.bbox) bboxes.set(single.id, single.bbox);
    this.bboxes = bboxes;
    this.draw();
    const moves = isNew && !this.map.staysInPlace;
    if (moves && single?.kind === "changeset" && single.bbox) this.map.fit(single.bbox);
    if (moves && this.list && "fit" in this.list.dataset && bboxes.size) {
      const all = [...bboxes.values()];
      this.map.fit(
        [0, 1]
          .map((i) => Math.min(...all.map((b) => b[i])))
          .concat([2, 3].map((i) => Math.max(...all.map((b) => b[i])))),
      );
    }
    if (isNew) {
      this.area = null;
      this.follow();
    }
  }

  /** Draw the bboxes. Those of a single node or a straight line are enlarged, so that they can be seen and clicked. */
  draw() {
    const zoom = this.map.map.getZoom();
    const features = [...this.bboxes].map(([id, bbox]) => {
      const [west, south, east, north] = atLeast(bbox, zoom, MIN_PIXELS);
      return {
        type: "Feature",
        properties: { id, size: (bbox[2] - bbox[0]) * (bbox[3] - bbox[1]) },
        geometry: {
          type: "Polygon",
          coordinates: [
            [
              [west, south],
              [east, south],
              [east, north],
              [west, north],
              [west, south],
            ],
          ],
        },
      };
    });
    if (features.length || this.map.data.boxes.features.length)
      this.map.set("boxes", { type: "FeatureCollection", features });
  }

  /** Load the list for the area that the map shows now. */
  follow() {
    const note = document.querySelector("[data-follow-map]");
    if (!note || !this.list || !this.map.hasPosition || this.list.querySelector(".more-newer")) return;
    const bounds = this.map.map.getBounds();
    const whole = bounds.getEast() - bounds.getWest() >= 360;
    const area = whole
      ? ""
      : [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
          .map((side) => side.toFixed(5))
          .join(",");
    if (area === this.area) return;
    this.area = area;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const query = new URLSearchParams({ list: "1", ...(area ? { bbox: area } : {}) });
      note.textContent = area ? note.dataset.followMap : note.dataset.everywhere;
      htmx.ajax("GET", `/history?${query}`, { target: "#changesets", swap: "innerHTML" });
    }, 250);
  }

  highlight(id, fromMap = false) {
    if (id === this.highlighted) return;
    const set = (which, active) => {
      if (which === null || which === undefined) return;
      if (this.map.map.getSource("boxes")) this.map.map.setFeatureState({ source: "boxes", id: which }, { active });
      this.rows.get(which)?.classList.toggle("is-active", active);
    };
    set(this.highlighted, false);
    this.highlighted = id;
    set(id, true);
    if (fromMap) this.rows.get(id)?.scrollIntoView({ block: "nearest" });
    this.map.map.getCanvas().style.cursor = fromMap && id ? "pointer" : "";
  }
}
