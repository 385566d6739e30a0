// The start of the pages with a map: connects the parts.

import { showArea } from "./area.js";
import { useAreaKeys } from "./areas.js";
import { ChangesetBoxes } from "./changesets.js";
import { FIRST_IDS } from "./drawing.js";
import { boundsOf, outline, outlines } from "./features.js";
import { gpsPoints, trackFeatures } from "./gps.js";
import { follow } from "./live.js";
import { SiteMap, texts } from "./map.js";
import { Notes } from "./notes.js";
import { Outlines } from "./outlines.js";
import { exportForm, panes } from "./panes.js";
import { pointing } from "./pointing.js";
import { Query } from "./query.js";
import { Results } from "./results.js";
import { Sidebar } from "./sidebar.js";
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
  new ChangesetBoxes(map, sidebar);
  const notes = new Notes(map, sidebar);
  new Outlines(map, sidebar);
  new Query(map, sidebar);
  new Results(map, sidebar);
  panes(map);
  exportForm(map, sidebar);
  map.onLayers = () => notes.update();
  messages(map);
  gpsPoints(map);
  const parts = [draw(map, container.dataset.coverage), selection(map, sidebar)];
  zones(map, sidebar);
  follow(map, container.dataset.changes);
  pointing(map, sidebar);
  sidebar.arrange();
  Promise.allSettled(parts).then(() => sayPlaced(map));
}

/** Tell the rest of the page that the map is where the page wants it. Until then, its view means nothing. */
async function sayPlaced(map) {
  if (map.map.isMoving()) await map.map.once("moveend");
  document.dispatchEvent(new CustomEvent("mapplaced"));
}

/** Say what the map waits for, and what fails. */
function messages(map) {
  let later;
  let isLoading = false;
  const show = () => {
    clearTimeout(later);
    const [failure] = map.failures.values();
    if (failure) showStatus(failure);
    else if (isLoading) later = setTimeout(() => showStatus(texts.loading, true), 350);
    else showStatus("");
  };
  const become = (loading) => {
    if (loading === isLoading) return;
    isLoading = loading;
    show();
  };
  map.onFailure = show;
  map.map.on("sourcedataloading", ({ sourceId }) => sourceId === "osm" && become(true));
  map.map.on("idle", () => become(false));
}

/** Draw the map. It starts where there is data if nothing else says where. */
async function draw(map, coverage) {
  const area = showArea(map, coverage);
  if (!map.hasPosition && !document.getElementById("map-data")) await area;
  map.restyle();
}

/**
 * Draw the element or the trace whose page is open, and move the map there if it is out of view. Of a changeset, draw the
 * elements that its page lists; the map moves to its bbox.
 * @returns {Promise<void>} Kept when the first page's element is shown.
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
      (isTiny && map.map.getZoom() < FIRST_IDS + 1)
    )
      map.fit(bounds);
  };
  return new Promise((resolve) => {
    sidebar.addEventListener("shown", () => show().finally(resolve));
  });
}

start();
