// The map in a frame of another site: of the area, in the style and with the marker of the query.

/* global maplibregl */

import { labelLanguage, NOTHING_SHOWN, STYLES, styleName, wholeStyle } from "./drawing.js";
import { paletteOf } from "./palettes.js";
import { fromQuery, hashOf, LIBRARY_ZOOM } from "./position.js";

/** Names of layers in frames of openstreetmap.org, for which we have one of our own. */
const OTHERS = { cyclemap: "cycling", cyclosm: "cycling", transportmap: "transport" };

const container = document.getElementById("map");
const query = new URLSearchParams(location.search);
const folder = new URL(container.dataset.styles, location.href).href;
const theme = query.get("theme");
const isDark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

/** Return the letter of the style that the query names. */
function variant() {
  const layer = query.get("layer") || "";
  const name = OTHERS[layer] || layer;
  return Object.keys(STYLES).find((letter) => STYLES[letter] === name) || "";
}

function attribution() {
  const link = document.createElement("a");
  link.href = container.dataset.attribution;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = container.dataset.owner;
  return `© ${link.outerHTML}`;
}

const name = styleName(variant(), isDark);
const style = await (await fetch(`${folder}${name}.json`)).json();
const palette = paletteOf(style.metadata["osmsite:dark"] ? "dark" : "light");
maplibregl.setWorkerUrl(`${folder}worker.js`);
const { bounds } = fromQuery(query) || {};
const map = new maplibregl.Map({
  container,
  ...(bounds ? { bounds } : { center: [0, 20], zoom: 1 }),
  style: wholeStyle(
    style,
    {
      tiles: `${location.origin}/tiles/shortbread_v1/{z}/{x}/{y}.mvt`,
      sprite: `${folder}sprite`,
      language: labelLanguage(navigator.languages),
      base: null,
    },
    NOTHING_SHOWN,
    palette,
  ),
  validateStyle: false,
  attributionControl: false,
  maxZoom: 20,
  dragRotate: false,
  pitchWithRotate: false,
  touchPitch: false,
});
map.touchZoomRotate.disableRotation();
map.keyboard.disableRotation();
map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
map.addControl(new maplibregl.AttributionControl({ compact: false, customAttribution: attribution() }));

const [lat, lon] = (query.get("marker") || "").split(",").map(Number);
const hasMarker = Math.abs(lat) <= 90 && Number.isFinite(lon);
if (hasMarker) new maplibregl.Marker({ color: palette.selected }).setLngLat([lon, lat]).addTo(map);

function follow() {
  const middle = map.getCenter().wrap();
  const view = { zoom: map.getZoom() + LIBRARY_ZOOM, lat: middle.lat, lon: middle.lng, layers: variant() };
  document.getElementById("larger").href = `/${hasMarker ? `?mlat=${lat}&mlon=${lon}` : ""}${hashOf(view)}`;
}
map.on("moveend", follow);
map.once("load", follow);
