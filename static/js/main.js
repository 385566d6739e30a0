// The start of the pages with a map: connects the parts.

import { ChangesetBoxes } from "./changesets.js";
import { useAreaKeys } from "./classes.js";
import { DataLayer } from "./data.js";
import { boundsOf, outline, outlines } from "./features.js";
import { gpsPoints, trackFeatures } from "./gps.js";
import { SiteMap, texts } from "./map.js";
import { Notes } from "./notes.js";
import { Outlines } from "./outlines.js";
import { overviewFeatures } from "./overview.js";
import { exportForm, panes } from "./panes.js";
import { Query } from "./query.js";
import { Results } from "./results.js";
import { Sidebar } from "./sidebar.js";
import { DATA_LAYERS_START } from "./style.js";
import { zones } from "./zones.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const status = document.getElementById("map-status");

function showStatus(text, loading = false) {
  status.textContent = text;
  status.hidden = !text;
  status.classList.toggle("is-loading", loading);
}

function start() {
  const container = document.getElementById("map");
  let map;
  try {
    map = new SiteMap(container);
  } catch {
    showStatus(texts.no_webgl);
    return;
  }
  useAreaKeys(JSON.parse(document.getElementById("area-keys").textContent));
  const sidebar = new Sidebar(map);
  const data = new DataLayer(map.map);
  map.dataLayer = data;
  new ChangesetBoxes(map, sidebar);
  const notes = new Notes(map, sidebar);
  new Outlines(map, sidebar);
  new Query(map, sidebar);
  new Results(map, sidebar);
  panes(map);
  exportForm(map, sidebar);
  drawData(map, data, notes);
  gpsPoints(map);
  coverage(map, container.dataset.coverage);
  overview(map, container.dataset.overview);
  selection(map, sidebar);
  zones(map, sidebar);
  pointing(map, sidebar, data);
  sidebar.arrange();
}

function drawData(map, data, notes) {
  const update = () => {
    data.enabled = map.showsData;
    data.update();
  };
  let later;
  const show = () => {
    clearTimeout(later);
    const { state } = data;
    const [failure] = map.failures.values();
    if (failure) showStatus(failure);
    else if (state === "loading") later = setTimeout(() => showStatus(texts.loading, true), 350);
    else if (state === "far") showStatus(map.base ? "" : texts.zoom_in);
    else showStatus({ too_much: texts.too_much, failed: texts.failed }[state] || "");
  };
  data.addEventListener("state", show);
  map.onFailure = show;
  map.map.on("load", update);
  map.map.on("moveend", update);
  map.onLayers = () => {
    data.state = null;
    update();
    notes.update();
  };
}

/** Mark where there is data at low zooms. The map starts there if nothing else says where. */
async function coverage(map, url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) return;
  const {
    bounds,
    focus,
    size: [width, height],
    cells,
  } = await response.json();
  const polygons = cells.map(([column, row]) => {
    const [west, south] = [column * width - 180, row * height - 90];
    return [
      [
        [west, south],
        [west + width, south],
        [west + width, south + height],
        [west, south + height],
        [west, south],
      ],
    ];
  });
  map.set("coverage", {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: polygons } }],
  });
  if (!map.hasPosition && bounds && !document.getElementById("map-data"))
    map.fit(focus || bounds, { padding: 20, duration: 0 });
}

/** Draw the larger features at low zooms. They are loaded when they can be seen for the first time. */
function overview(map, url) {
  const read = async () => {
    if (map.map.getZoom() >= DATA_LAYERS_START || map.base) return;
    map.map.off("moveend", read);
    const response = await fetch(url).catch(() => null);
    if (!response?.ok) return;
    map.set("overview", { type: "FeatureCollection", features: overviewFeatures(await response.json()) });
  };
  map.map.on("moveend", read);
  read();
}

/**
 * Draw the element or the trace whose page is open, and move the map there if it is out of view. Of a changeset, draw the
 * elements that its page lists; the map moves to its bbox.
 */
function selection(map, sidebar) {
  let current = 0;
  const show = async () => {
    const turn = ++current;
    const isFirst = turn === 1;
    const stays = map.staysInPlace;
    const holder = document.getElementById("map-data");
    const data = holder && JSON.parse(holder.textContent);
    if (data?.kind === "changeset") {
      map.set("selected", { type: "FeatureCollection", features: outlines(data.elements, data.touched) });
      return;
    }
    if (!["element", "trace"].includes(data?.kind)) {
      map.set("selected", EMPTY);
      return;
    }
    const response = data.url && (await fetch(data.url).catch(() => null));
    const read = response?.ok ? await response.json() : {};
    if (turn !== current) return;
    const features =
      data.kind === "trace" ? trackFeatures(read) : outline(data.elements || read.elements || [], data.type, data.id);
    map.set("selected", { type: "FeatureCollection", features });
    const bounds = boundsOf(features);
    if (!bounds || stays) return;
    const width = map.map.getBounds().getEast() - map.map.getBounds().getWest();
    const isTiny = bounds[2] - bounds[0] < width / 60 && bounds[3] - bounds[1] < width / 60;
    if (
      !map.hasPosition ||
      data.kind === "trace" ||
      !map.shows(bounds, isFirst) ||
      (isTiny && map.map.getZoom() < DATA_LAYERS_START + 1)
    )
      map.fit(bounds);
  };
  sidebar.addEventListener("shown", show);
}

/** Outline and name the feature under the pointer, and open it on a click. Links in the sidebar outline theirs. */
function pointing(map, sidebar, data) {
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.querySelector(".map-area").append(tip);
  let shown = null;
  let isTouch = false;
  let frame;
  const hide = () => {
    cancelAnimationFrame(frame);
    outlineOf(null);
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
  const outlineOf = (key) => {
    if (key === shown) return;
    shown = key;
    const features = (key && data.byKey.get(key)) || [];
    const best = features.filter((feature) => feature.geometry.type !== "Point");
    map.set("hover", { type: "FeatureCollection", features: best.length ? best : features.slice(0, 1) });
  };
  const order = [
    "poi",
    "place",
    "label",
    "number",
    "road",
    "path",
    "rail",
    "waterway",
    "line",
    "boundary",
    "building",
    "water",
    "area",
  ];
  const at = (point) => {
    const layers = map.map
      .getStyle()
      .layers.filter((layer) => layer.id.startsWith("osm-"))
      .map((layer) => layer.id);
    if (!layers.length) return null;
    const reach = 4;
    const found = map.map.queryRenderedFeatures(
      [
        [point.x - reach, point.y - reach],
        [point.x + reach, point.y + reach],
      ],
      { layers },
    );
    const exact = new Set(map.map.queryRenderedFeatures(point, { layers }).map((feature) => feature.properties.key));
    const usable = found.filter(
      ({ properties: { kind, key } }) => !["building", "water", "area"].includes(kind) || exact.has(key),
    );
    const rank = ({ properties: { kind, size } }) =>
      order.indexOf(kind) * 1e6 + Math.min(size ? Math.log(size * 1e12) * 1000 : 0, 999999);
    return usable.sort((a, b) => rank(a) - rank(b))[0] || null;
  };
  map.map.on("mousemove", (event) => {
    if (isTouch) return;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      if (!map.map.isStyleLoaded() && !map.map.getLayer("background")) return;
      const found = at(event.point);
      outlineOf(found?.properties.key || null);
      if (!document.querySelector("li[data-changeset]")) map.map.getCanvas().style.cursor = found ? "pointer" : "";
      tip.hidden = !found?.properties.name;
      if (found?.properties.name) {
        tip.textContent = found.properties.name;
        tip.style.left = `${event.point.x}px`;
        tip.style.top = `${event.point.y}px`;
      }
    });
  });
  map.map.on("mouseout", hide);
  map.map.on("movestart", hide);
  map.map.on("click", (event) => {
    const found = !event.originalEvent.handled && at(event.point);
    if (!found) return;
    hide();
    sidebar.open(`/${found.properties.key}`);
  });
  const over = (event) => {
    const link = event.target.closest?.("[data-hover]");
    outlineOf(link?.dataset.hover || null);
  };
  sidebar.content.addEventListener("mouseover", over);
  sidebar.content.addEventListener("focusin", over);
  sidebar.content.addEventListener("mouseleave", () => outlineOf(null));
}

start();
