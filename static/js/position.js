// The position of the map: read from the hash of the URL (`#map=zoom/lat/lon&layers=`), else from its query, else
// from a cookie. Zooms are those of openstreetmap.org; the map library's are one less (its tiles are twice as wide).

export const LIBRARY_ZOOM = 1;
const COOKIE = "_osm_location";

/**
 * Return how many decimals of a coordinate matter at a zoom.
 * @param {number} zoom
 */
export function decimals(zoom) {
  return Math.max(0, Math.ceil(Math.log10(2 ** (8 + zoom) / 180)));
}

/**
 * Read the position and the layers from a hash. There is no `center` if the hash has no valid position.
 * @param {string} hash
 * @returns {{ zoom?: number, center?: LonLat, layers: string }}
 */
export function parseHash(hash) {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const parts = (values.get("map") || "").split("/").map(Number);
  const [zoom, lat, lon] = parts;
  if (parts.length !== 3 || !finite(zoom, lon) || !isLatitude(lat)) return { layers: values.get("layers") || "" };
  return { zoom, center: [lon, lat], layers: values.get("layers") || "" };
}

/**
 * Return the hash for a view.
 * @param {View} view
 */
export function hashOf({ zoom, lat, lon, layers }) {
  const digits = decimals(Math.floor(zoom));
  const rounded = Math.round(zoom * 100) / 100;
  return `#map=${rounded}/${lat.toFixed(digits)}/${lon.toFixed(digits)}${layers ? `&layers=${layers}` : ""}`;
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 */
const number = (query, name) => (query.get(name) ? Number(query.get(name)) : NaN);

/** @param {number[]} values */
const finite = (...values) => values.every(Number.isFinite);

/**
 * Return whether the map can show a latitude: the library fails at others.
 * @param {number} value
 */
const isLatitude = (value) => Math.abs(value) <= 90;

/** @param {number[]} sides */
const isBox = ([minLon, minLat, maxLon, maxLat]) => finite(minLon, maxLon) && isLatitude(minLat) && isLatitude(maxLat);

/**
 * Read the position from `bbox`, `minlon`..., `mlat` and `mlon`, or `geouri`.
 * @param {URLSearchParams} query
 * @returns {Position | null}
 */
export function fromQuery(query) {
  const bbox = (query.get("bbox") || "").split(",").map(Number);
  if (bbox.length === 4 && isBox(bbox)) return { bounds: bbox };
  const sides = ["minlon", "minlat", "maxlon", "maxlat"].map((name) => number(query, name));
  if (isBox(sides)) return { bounds: sides };
  const zoom = number(query, "zoom");
  const [lat, lon] = [number(query, "mlat"), number(query, "mlon")];
  if (isLatitude(lat) && finite(lon)) return { center: [lon, lat], zoom: finite(zoom) ? zoom : 12 };
  const geo = /^geo:(-?[\d.]+),(-?[\d.]+)(?:.*[?&;]z=(\d+))?/.exec(query.get("geouri") || "");
  if (geo && isLatitude(Number(geo[1])) && finite(Number(geo[2])))
    return { center: [Number(geo[2]), Number(geo[1])], zoom: Number(geo[3] || 12) };
  return null;
}

/**
 * Read the position that `remember` stored.
 * @param {string} cookies - all cookies of the page
 * @returns {Position | null}
 */
export function fromCookie(cookies) {
  const found = cookies.split("; ").find((cookie) => cookie.startsWith(`${COOKIE}=`));
  if (!found) return null;
  const [lon, lat, zoom, layers] = decodeURIComponent(found.slice(COOKIE.length + 1)).split("|");
  const values = [lon, lat, zoom].map(Number);
  if (!finite(...values) || !isLatitude(values[1])) return null;
  return { center: [values[0], values[1]], zoom: values[2], layers: layers || "" };
}

/**
 * Return where the map starts, or null if neither the URL nor the cookie says so.
 * @returns {Position | null}
 */
export function initialPosition() {
  const hash = parseHash(location.hash);
  if (hash.center) return hash;
  const found = fromQuery(new URLSearchParams(location.search)) || fromCookie(document.cookie);
  return found && { layers: "", ...found, ...(hash.layers ? { layers: hash.layers } : {}) };
}

/**
 * Store the view in the cookie that the next page without a position starts from.
 * @param {View} view
 */
export function remember({ zoom, lat, lon, layers }) {
  const value = `${lon.toFixed(5)}|${lat.toFixed(5)}|${Math.round(zoom)}|${layers}`;
  document.cookie = `${COOKIE}=${encodeURIComponent(value)}; path=/; max-age=315360000; samesite=lax`;
}

/**
 * Return the marker that a query asks for.
 * @param {URLSearchParams} query
 * @returns {LonLat | null}
 */
export function markerOf(query) {
  const [lat, lon] = [number(query, "mlat"), number(query, "mlon")];
  return isLatitude(lat) && finite(lon) ? [lon, lat] : null;
}

const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~";

/**
 * Return the code of a short link (`/go/CODE`).
 * @param {number} lat
 * @param {number} lon
 * @param {number} zoom
 */
export function shortCode(lat, lon, zoom) {
  let x = BigInt(Math.min(Math.floor(((lon + 180) * 2 ** 32) / 360), 2 ** 32 - 1));
  let y = BigInt(Math.min(Math.floor(((lat + 90) * 2 ** 32) / 180), 2 ** 32 - 1));
  const steps = Math.round(zoom) + 8;
  let code = "";
  for (let i = 0; i < Math.ceil(steps / 3); i++) {
    let value = 0;
    for (let bit = 0; bit < 3; bit++) {
      value = (value << 2) | (Number((x >> 31n) & 1n) << 1) | Number((y >> 31n) & 1n);
      x = (x << 1n) & 0xffffffffn;
      y = (y << 1n) & 0xffffffffn;
    }
    code += SYMBOLS[value];
  }
  return code + "-".repeat(steps % 3);
}
