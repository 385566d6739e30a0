// The shape of the feature whose link is pointed at.

const WAIT = 60;
/** @type {{ type: string, features: Feature[] }} */
const EMPTY = { type: "FeatureCollection", features: [] };

/** Links with `data-outline`, the URL of a shape, have it drawn while the pointer or the focus is on them. */
export class Outlines {
  constructor(map, sidebar) {
    this.map = map;
    /** @type {Map<string, Promise<Feature | null>>} Shapes that were asked for, by their URLs. */
    this.known = new Map();
    /** @type {string | null} */
    this.shown = null;
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
    this.map.set("outline", feature ? { ...EMPTY, features: [feature] } : EMPTY);
  }
}

/** @param {string} url */
async function load(url) {
  const response = await fetch(url).catch(() => null);
  return response?.ok ? response.json() : null;
}
