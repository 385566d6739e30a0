// The feature under the pointer is highlighted and named, and opened by a click. Links in the sidebar highlight theirs.

import { idOf, keyOf, nameIn } from "./drawing.js";
import { signedArea } from "./geometry.js";

/** Pixels around the pointer in which points and lines count. */
const REACH = 4;

/** Where the name of a feature is if it is not with it. */
const NAMES = {
  streets: ["street_labels"],
  street_polygons: ["streets_polygons_labels"],
  water_lines: ["water_lines_labels"],
  water_polygons: ["water_polygons_labels"],
  buildings: ["pois", "details"],
  land: ["details"],
  sites: ["pois", "details"],
};

/**
 * @param {any} map - a SiteMap
 * @param {any} sidebar
 */
export function pointing(map, sidebar) {
  const library = map.map;
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.querySelector(".map-area").append(tip);
  let isTouch = false;
  let frame;
  /** The element that the hint names. */
  let named = null;
  const hide = () => {
    cancelAnimationFrame(frame);
    map.highlight(null);
    named = null;
    tip.hidden = true;
  };
  // A finger points at nothing after a tap, although browsers send the events of a mouse too.
  for (const type of ["pointerdown", "pointermove"])
    map.container.addEventListener(
      type,
      (event) => {
        isTouch = event.pointerType === "touch";
      },
      true,
    );
  library.on("mousemove", (event) => {
    if (isTouch) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const found = featureAt(map, event.point);
      const key = found && keyOf(found.id);
      map.highlight(key);
      if (!document.querySelector("li[data-changeset]")) library.getCanvas().style.cursor = found ? "pointer" : "";
      if (key !== named) tip.textContent = found ? nameOf(map, found) : "";
      named = key;
      tip.hidden = !key || !tip.textContent;
      tip.style.left = `${event.point.x}px`;
      tip.style.top = `${event.point.y}px`;
    });
  });
  library.on("mouseout", hide);
  library.on("movestart", hide);
  library.on("click", (event) => {
    const found = !event.originalEvent.handled && featureAt(map, event.point);
    if (!found) return;
    hide();
    sidebar.open(`/${keyOf(found.id)}`);
  });
  const over = (event) => map.highlight(event.target.closest?.("[data-hover]")?.dataset.hover || null);
  sidebar.content.addEventListener("mouseover", over);
  sidebar.content.addEventListener("focusin", over);
  sidebar.content.addEventListener("mouseleave", () => map.highlight(null));
}

/** Return the feature that is meant at a place of the screen: points before lines before areas, small areas first. */
function featureAt({ map, picks }, point) {
  const layers = [...picks.keys()].filter((id) => map.getLayer(id));
  if (!layers.length) return null;
  const around = [
    [point.x - REACH, point.y - REACH],
    [point.x + REACH, point.y + REACH],
  ];
  const found = map.queryRenderedFeatures(around, { layers }).filter(({ id }) => id);
  if (!found.length) return null;
  const exact = new Set(map.queryRenderedFeatures(point, { layers }).map(({ id }) => id));
  const usable = found
    .filter(({ id, layer }) => exact.has(id) || layer.type !== "fill")
    .map((feature) => ({ feature, pick: picks.get(feature.layer.id) }));
  const first = Math.min(...usable.map(({ pick }) => pick));
  const meant = usable.filter(({ pick }) => pick === first).map(({ feature }) => feature);
  return meant.length > 1 && meant[0].layer.type === "fill" ? smallest(meant) : (meant[0] ?? null);
}

/** The areas are those within a tile: it is enough to tell a garden from the town around it. */
function smallest(features) {
  const sizes = features.map(({ geometry }) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.reduce((sum, [ring]) => sum + Math.abs(signedArea(ring)), 0);
  });
  return features[sizes.indexOf(Math.min(...sizes))];
}

/** Return the name of a feature, or its house number. */
function nameOf({ map, language }, { id, sourceLayer, properties }) {
  const name = nameIn(properties, language) || properties.housenumber;
  if (name) return name;
  for (const other of NAMES[sourceLayer] || []) {
    const filter = ["==", ["id"], id];
    for (const found of map.querySourceFeatures("osm", { sourceLayer: other, filter })) {
      const its = nameIn(found.properties, language);
      if (its) return its;
    }
  }
  return "";
}

/**
 * Highlight an element in all layers of tiles that it is in.
 * @param {any} library - the map
 * @param {Iterable<string>} sourceLayers
 * @param {string} key
 * @param {boolean} hover
 */
export function setHover(library, sourceLayers, key, hover) {
  if (!library.getSource("osm")) return;
  const id = idOf(key);
  for (const sourceLayer of sourceLayers) library.setFeatureState({ source: "osm", sourceLayer, id }, { hover });
}
