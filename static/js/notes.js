// Notes: the layer, those of the page in the sidebar, the button that adds one and the marker of its place.

/* global maplibregl */

import { texts } from "./map.js";
import { decimals, LIBRARY_ZOOM } from "./position.js";

const ADD_FROM = 12;
const LONGEST_LABEL = 120;

export class Notes {
  constructor(map, sidebar) {
    this.map = map;
    this.sidebar = sidebar;
    this.layer = new Map();
    this.listed = new Map();
    this.drawn = new Map();
    this.maxArea = Number(map.container.dataset.maxNoteArea || 0);
    if (map.container.dataset.newNote)
      map.map.addControl(new AddControl(map, sidebar), `top-${document.dir === "rtl" ? "left" : "right"}`);
    map.map.on("moveend", () => this.update());
    sidebar.addEventListener("shown", () => this.shown());
    const over = (event) => this.light(event.target.closest?.("li[data-note]")?.dataset.note);
    sidebar.content.addEventListener("mouseover", over);
    sidebar.content.addEventListener("focusin", over);
    sidebar.content.addEventListener("mouseleave", () => this.light());
    sidebar.content.addEventListener("input", (event) => this.typed(event.target.form));
    this.update();
  }

  // The boxes of the view: two where it crosses the antimeridian.
  get boxes() {
    const bounds = this.map.map.getBounds();
    const [south, north] = [Math.max(bounds.getSouth(), -90), Math.min(bounds.getNorth(), 90)];
    const width = Math.min(bounds.getEast() - bounds.getWest(), 360);
    const west = width === 360 ? -180 : ((((bounds.getWest() + 180) % 360) + 360) % 360) - 180;
    if (west + width <= 180) return [[west, south, west + width, north]];
    return [
      [west, south, 180, north],
      [-180, south, west + width - 360, north],
    ];
  }

  update() {
    const area = this.boxes.reduce((sum, [w, s, e, n]) => sum + (e - w) * (n - s), 0);
    const fits = area <= this.maxArea;
    const box = document.querySelector("[name=notes]");
    const hint = document.getElementById("notes-here");
    if (box) {
      box.disabled = !fits;
      hint.textContent = fits ? hint.dataset.fits : hint.dataset.tooWide;
    }
    this.linkHere();
    if (this.map.showsNotes && fits) this.load();
    else {
      this.asked?.abort();
      this.layer.clear();
      this.draw();
    }
  }

  async load() {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const ask = async (box) => {
      const sides = box.map((side) => side.toFixed(7)).join(",");
      const answer = await fetch(`/api/0.6/notes.json?bbox=${sides}`, { signal });
      return answer.ok ? (await answer.json()).features : [];
    };
    try {
      const features = (await Promise.all(this.boxes.map(ask))).flat();
      if (signal.aborted) return;
      this.layer = new Map(
        features.map(({ geometry, properties }) => [
          String(properties.id),
          {
            id: properties.id,
            status: properties.status,
            place: geometry.coordinates,
            text: properties.comments[0]?.text || "",
          },
        ]),
      );
      this.draw();
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  // What the sidebar shows, which goes beyond the layer: hidden ones, and those resolved long ago.
  shown() {
    this.listed = new Map(
      [...this.sidebar.content.querySelectorAll("[data-note]")].map(({ dataset }) => [
        dataset.note,
        { id: dataset.note, status: dataset.status, place: [Number(dataset.lon), Number(dataset.lat)], text: "" },
      ]),
    );
    this.current = this.sidebar.content.querySelector("[data-note][data-shown]")?.dataset.note;
    this.draw();
    this.light();
    this.typed(this.sidebar.content.querySelector("[data-note-form]"));
    this.linkHere();
    this.place();
    if (this.current) this.look(this.listed.get(this.current).place);
  }

  look([lon, lat]) {
    const box = [lon, lat, lon, lat];
    if (!this.map.staysInPlace && (!this.map.hasPosition || !this.map.shows(box))) this.map.fit(box);
  }

  // Markers are links, so that the keyboard reaches them and the sidebar opens them.
  draw() {
    const wanted = new Map([...this.layer, ...this.listed]);
    for (const [id, { marker, status }] of this.drawn) {
      if (wanted.get(id)?.status === status) continue;
      marker.remove();
      this.drawn.delete(id);
    }
    for (const [id, note] of wanted) {
      if (this.drawn.has(id)) continue;
      const element = document.createElement("a");
      const title = texts[`note_${note.status}`].replace("{id}", id);
      element.href = `/note/${id}`;
      element.className = `note-marker ${note.status}`;
      element.setAttribute("role", "link");
      element.setAttribute("aria-label", note.text ? `${title}: ${note.text.slice(0, LONGEST_LABEL)}` : title);
      element.title = element.getAttribute("aria-label");
      element.append(document.getElementById(`icon-note-${note.status}`).content.cloneNode(true));
      element.addEventListener("click", (/** @type {any} */ event) => {
        event.handled = true;
      });
      const marker = new maplibregl.Marker({ element, anchor: "bottom" }).setLngLat(note.place).addTo(this.map.map);
      this.drawn.set(id, { marker, status: note.status });
    }
    this.light();
  }

  light(id = this.current) {
    for (const [drawn, { marker }] of this.drawn) marker.getElement().classList.toggle("is-active", drawn === id);
  }

  // Links to the list of what the map shows, with the filters that are chosen.
  linkHere() {
    const box =
      this.boxes.length === 1
        ? this.boxes[0]
        : [this.boxes[0][0], this.boxes[0][1], this.boxes[1][2] + 360, this.boxes[0][3]];
    for (const link of document.querySelectorAll("[data-notes-here]")) {
      const query = location.pathname === link.pathname ? new URLSearchParams(location.search) : new URLSearchParams();
      query.set("bbox", box.map((side) => side.toFixed(5)).join(","));
      query.delete("page");
      link.search = query;
      link.hidden = false;
      if (link.nextElementSibling?.hasAttribute("data-notes-here-follows")) link.nextElementSibling.hidden = false;
    }
  }

  // The form of a discussion says what its buttons do with what is written.
  typed(form) {
    if (!form?.matches("[data-note-form]")) return;
    const isEmpty = !form.elements.text.value.trim();
    for (const button of form.querySelectorAll("button")) {
      if ("needsText" in button.dataset) button.disabled = isEmpty;
      if (button.dataset.empty) button.textContent = isEmpty ? button.dataset.empty : button.dataset.written;
    }
  }

  // The marker of a new note follows the form, and the form follows the marker.
  place() {
    this.marker?.remove();
    this.marker = null;
    const form = this.sidebar.content.querySelector("[data-new-note]");
    if (!form) return;
    const { lat, lon } = form.elements;
    const digits = () => decimals(Math.floor(this.map.position.zoom));
    const write = (place) => {
      const { lng, lat: y } = place.wrap();
      lat.value = y.toFixed(digits());
      lon.value = lng.toFixed(digits());
    };
    /** @returns {[number, number]} */
    const typed = () => [Number(lon.value), Number(lat.value)];
    const isPlace = () =>
      lat.value.trim() && lon.value.trim() && Math.abs(typed()[0]) <= 180 && Math.abs(typed()[1]) <= 90;
    if (!isPlace()) write(this.map.map.getCenter());
    this.marker = new maplibregl.Marker({ draggable: true, color: "#b3261e" }).setLngLat(typed());
    this.marker.getElement().setAttribute("aria-label", texts.note_place);
    this.marker.getElement().setAttribute("role", "img");
    this.marker.addTo(this.map.map);
    this.marker.on("dragend", () => write(this.marker.getLngLat()));
    form.querySelector("[data-drag]").hidden = false;
    form.addEventListener("change", (event) => {
      if (event.target !== lat && event.target !== lon) return;
      if (!isPlace()) return;
      this.marker.setLngLat(typed());
      this.look(typed());
    });
    this.look(typed());
  }
}

class AddControl {
  constructor(map, sidebar) {
    this.map = map;
    this.sidebar = sidebar;
  }

  onAdd() {
    this.group = document.createElement("div");
    this.group.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "add-note";
    button.append(document.getElementById("icon-add-note").content.cloneNode(true));
    button.addEventListener("click", () => {
      const { lat, lon, zoom } = this.map.position;
      const digits = decimals(Math.floor(zoom));
      this.sidebar.open(`${this.map.container.dataset.newNote}?lat=${lat.toFixed(digits)}&lon=${lon.toFixed(digits)}`);
    });
    const check = () => {
      button.disabled = this.map.map.getZoom() + LIBRARY_ZOOM < ADD_FROM;
      button.title = button.disabled ? texts.add_note_far : texts.add_note;
      button.setAttribute("aria-label", button.title);
    };
    this.map.map.on("zoomend", check);
    check();
    this.group.append(button);
    return this.group;
  }

  onRemove() {
    this.group.remove();
  }
}
