// The page around the editor's frame: hands the address to iD, and follows its map.

import { hashOf, initialPosition, parseHash, remember } from "./position.js";

const frame = document.getElementById("editor");
const FIRST_ZOOM = 16;

// Where there is data, for who comes here first.
async function middleOfData() {
  const answer = await fetch(frame.dataset.coverage).catch(() => null);
  const { focus, bounds } = answer?.ok ? await answer.json() : {};
  const [west, south, east, north] = focus || bounds || [];
  return north === undefined ? null : { zoom: FIRST_ZOOM, center: [(west + east) / 2, (south + north) / 2] };
}

async function parameters() {
  // Imagery, comment, hashtags and what else iD understands stand beside the position.
  const found = new URLSearchParams(location.hash.slice(1));
  found.delete("layers");
  const { selected, gpx } = frame.dataset;
  if (selected) found.set("id", selected);
  if (gpx) found.set("gpx", new URL(gpx, location.origin).href);
  if (["map", "id", "gpx"].some((name) => found.has(name))) return found;
  const { center, zoom } = initialPosition() || (await middleOfData()) || {};
  if (center) found.set("map", `${zoom}/${center[1]}/${center[0]}`);
  return found;
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== frame.contentWindow || data?.type !== "moved") return;
  // The whole world is where iD starts, before it has found what it is to show.
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
