// Notes: the map layer, the notes listed in the sidebar, the button to add a note, and the marker of a new note.

/* global maplibregl */

import { texts } from "./map.js";
import { decimals, LIBRARY_ZOOM } from "./position.js";

const MIN_ADD_ZOOM = 12;
const MAX_LABEL_LENGTH = 120;

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
    const over = (event) => this.highlight(event.target.closest?.("li[data-note]")?.dataset.note);
    sidebar.content.addEventListener("mouseover", over);
    sidebar.content.addEventListener("focusin", over);
    sidebar.content.addEventListener("mouseleave", () => this.highlight());
    sidebar.content.addEventListener("input", (event) => this.typed(event.target.form));
    this.update();
  }

  /** Return the bbox of the view, or two bboxes if it crosses the antimeridian. */
  get bboxes() {
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
    const area = this.bboxes.reduce((sum, [w, s, e, n]) => sum + (e - w) * (n - s), 0);
    const fits = area <= this.maxArea;
    const checkbox = document.querySelector("[name=notes]");
    const hint = document.getElementById("notes-here");
    if (checkbox) {
      checkbox.disabled = !fits;
      hint.textContent = fits ? hint.dataset.fits : hint.dataset.tooWide;
    }
    this.linkHere();
    if (this.map.showsNotes && fits) this.load();
    else {
      this.asked?.abort();
      this.layer.clear();
      this.map.setFailure("notes", "");
      this.draw();
    }
  }

  async load() {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const read = async (bbox) => {
      const sides = bbox.map((side) => side.toFixed(7)).join(",");
      const response = await fetch(`/api/0.6/notes.json?bbox=${sides}`, { signal });
      if (!response.ok) throw new TypeError(`status ${response.status}`);
      return (await response.json()).features;
    };
    try {
      const features = (await Promise.all(this.bboxes.map(read))).flat();
      if (signal.aborted) return;
      this.map.setFailure("notes", "");
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
      if (signal.aborted) return;
      if (!(error instanceof TypeError)) throw error;
      // No connection, or the server refuses: the markers stay as they are.
      this.map.setFailure("notes", texts.notes_failed);
    }
  }

  /** Show the notes of the page in the sidebar. They may be missing in the layer: hidden ones, or resolved long ago. */
  shown() {
    this.listed = new Map(
      [...this.sidebar.content.querySelectorAll("[data-note]")].map(({ dataset }) => [
        dataset.note,
        { id: dataset.note, status: dataset.status, place: [Number(dataset.lon), Number(dataset.lat)], text: "" },
      ]),
    );
    this.current = this.sidebar.content.querySelector("[data-note][data-shown]")?.dataset.note;
    this.draw();
    this.highlight();
    this.typed(this.sidebar.content.querySelector("[data-note-form]"));
    this.linkHere();
    this.place();
    if (this.current) this.look(this.listed.get(this.current).place);
  }

  look([lon, lat]) {
    const bbox = [lon, lat, lon, lat];
    if (!this.map.staysInPlace && (!this.map.hasPosition || !this.map.shows(bbox))) this.map.fit(bbox);
  }

  /** Draw the markers. They are links, so that the keyboard reaches them and the sidebar opens them. */
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
      element.title = note.text ? `${title}: ${note.text.slice(0, MAX_LABEL_LENGTH)}` : title;
      element.setAttribute("aria-label", element.title);
      element.append(document.getElementById(`icon-note-${note.status}`).content.cloneNode(true));
      element.addEventListener("click", (/** @type {any} */ event) => {
        event.handled = true;
      });
      const marker = new maplibregl.Marker({ element, anchor: "bottom" }).setLngLat(note.place).addTo(this.map.map);
      this.drawn.set(id, { marker, status: note.status });
    }
    this.highlight();
  }

  highlight(id = this.current) {
    for (const [drawn, { marker }] of this.drawn) marker.getElement().classList.toggle("is-active", drawn === id);
  }

  /** Let links to the list of notes point to the area of the map, with the filters of the page. */
  linkHere() {
    const bbox =
      this.bboxes.length === 1
        ? this.bboxes[0]
        : [this.bboxes[0][0], this.bboxes[0][1], this.bboxes[1][2] + 360, this.bboxes[0][3]];
    for (const link of document.querySelectorAll("[data-notes-here]")) {
      const query = location.pathname === link.pathname ? new URLSearchParams(location.search) : new URLSearchParams();
      query.set("bbox", bbox.map((side) => side.toFixed(5)).join(","));
      query.delete("page");
      link.search = query;
      link.hidden = false;
      if (link.nextElementSibling?.hasAttribute("data-notes-here-follows")) link.nextElementSibling.hidden = false;
    }
  }

  /** Label the buttons of a comment form: some of them need a text, some do more with one. */
  typed(form) {
    if (!form?.matches("[data-note-form]")) return;
    const isEmpty = !form.elements.text.value.trim();
    for (const button of form.querySelectorAll("button")) {
      if ("needsText" in button.dataset) button.disabled = isEmpty;
      if (button.dataset.empty) button.textContent = isEmpty ? button.dataset.empty : button.dataset.written;
    }
  }

  /** Show the marker of a new note. It follows the form, and the form follows the marker. */
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
      button.disabled = this.map.map.getZoom() + LIBRARY_ZOOM < MIN_ADD_ZOOM;
      button.title = button.disabled ? texts.add_note_far : texts.add_note;
      button.setAttribute("aria-label", button.title);
    };
    this.map.map.on("zoomend", check);
    check();
    this.group.append(button);
    return this.group;
  }

  onRemove() {
    this.group?.remove();
  }
}
