// The page around the editor's frame: passes its URL's parameters to iD, and follows iD's map.

import { hashOf, initialPosition, parseHash, remember } from "./position.js";

const frame = document.getElementById("editor");
const FIRST_ZOOM = 16;

/** Return the middle of the data, where the editor starts if nothing else says where. */
async function centerOfData() {
  const response = await fetch(frame.dataset.coverage).catch(() => null);
  const { focus, bounds } = response?.ok ? await response.json() : {};
  const [west, south, east, north] = focus || bounds || [];
  return north === undefined ? null : { zoom: FIRST_ZOOM, center: [(west + east) / 2, (south + north) / 2] };
}

/** Return the hash for iD. */
async function parameters() {
  // The hash has parameters for iD in addition to the position: imagery, comment, hashtags...
  const found = new URLSearchParams(location.hash.slice(1));
  found.delete("layers");
  const { selected, gpx } = frame.dataset;
  if (selected) found.set("id", selected);
  if (gpx) found.set("gpx", new URL(gpx, location.origin).href);
  if (["map", "id", "gpx"].some((name) => found.has(name))) return found;
  const { center, zoom } = initialPosition() || (await centerOfData()) || {};
  if (center) found.set("map", `${zoom}/${center[1].toFixed(7)}/${center[0].toFixed(7)}`);
  return found;
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== frame.contentWindow || data?.type !== "moved") return;
  // iD starts with the whole world, before it moves to the position that it was given.
  if (data.zoom <= 2) return;
  const position = { ...data, layers: parseHash(location.hash).layers };
  history.replaceState(history.state, "", location.pathname + location.search + hashOf(position));
  remember(position);
  document.dispatchEvent(new CustomEvent("mapmoved", { detail: data }));
});

window.addEventListener("hashchange", () => {
  const { center, zoom } = parseHash(location.hash);
  if (center) frame.contentWindow.postMessage({ type: "go", zoom, lat: center[1], lon: center[0] }, location.origin);
});

frame.src = `${frame.dataset.src}#${await parameters()}`;
