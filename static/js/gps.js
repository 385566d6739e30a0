// GPS traces on the map: recorded points in the view (layer G), and the line of a single trace.

import { texts } from "./map.js";

const EMPTY = { type: "FeatureCollection", features: [] };
const MIN_ZOOM = 13;
const MAX_AREA = 0.25; // square degrees, for one request
const PAGE_SIZE = 5000;
const MAX_PAGES = 4;
const MAX_GAP = 60e3; // milliseconds between two points of one line

/** @returns {Feature} */
const feature = (type, coordinates, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type, coordinates },
});

/** Load and draw the points in the view whenever the map moves. */
export function gpsPoints(map) {
  /** @type {{ bbox: number[], zoom: number, isWhole: boolean } | null} */
  let asked = null;
  /** @type {AbortController | null} */
  let abort = null;
  const clear = () => {
    abort?.abort();
    asked = null;
    map.set("gps", EMPTY);
    map.setFailure("gps", "");
  };
  document.addEventListener(
    "mapmoved",
    async ({
      detail: {
        zoom,
        bounds: [west, south, east, north],
      },
    }) => {
      if (!map.showsTraces || zoom < MIN_ZOOM - 0.01) return (asked || map.failures.has("gps")) && clear();
      if (asked && (asked.isWhole || zoom === asked.zoom)) {
        const [left, bottom, right, top] = asked.bbox;
        if (west >= left && south >= bottom && east <= right && north <= top) return;
      }
      // A little more than the view, so that not every move of the map makes a request.
      const edge = Math.min((east - west) * 0.2, 0.02);
      const bbox = [
        Math.max(west - edge, -180),
        Math.max(south - edge, -90),
        Math.min(east + edge, 180),
        Math.min(north + edge, 90),
      ];
      if ((bbox[2] - bbox[0]) * (bbox[3] - bbox[1]) > MAX_AREA || bbox[0] >= bbox[2]) return;
      abort?.abort();
      abort = new AbortController();
      const { signal } = abort;
      const mine = { bbox, zoom, isWhole: false };
      asked = mine;
      /** @type {Feature[]} */
      const features = [];
      for (let page = 0; page < MAX_PAGES && !mine.isWhole; page++) {
        const url = `/api/0.6/trackpoints?bbox=${bbox.map((side) => side.toFixed(7)).join(",")}&page=${page}`;
        // A request may be aborted at any time, also while the response arrives.
        const gpx = await fetch(url, { signal })
          .then((response) => (response.ok ? response.text() : null))
          .catch(() => null);
        if (asked !== mine) return;
        map.setFailure("gps", gpx === null ? texts.traces_failed : "");
        if (gpx === null) {
          // The next move tries again.
          asked = null;
          break;
        }
        const found = pointsOf(gpx);
        features.push(...found.features);
        mine.isWhole = found.count < PAGE_SIZE;
        map.set("gps", { type: "FeatureCollection", features: [...features] });
      }
    },
  );
}

/** Read the points of a GPX document, and lines between points that were recorded shortly after each other. */
function pointsOf(gpx) {
  const document = new DOMParser().parseFromString(gpx, "text/xml");
  const features = [];
  let count = 0;
  for (const segment of document.getElementsByTagName("trkseg")) {
    const dots = [];
    let line = [];
    let before = NaN;
    const finish = () => {
      if (line.length > 1) features.push(feature("LineString", line, { time: 1 }));
      line = [];
    };
    for (const point of segment.getElementsByTagName("trkpt")) {
      const place = [Number(point.getAttribute("lon")), Number(point.getAttribute("lat"))];
      const time = Date.parse(point.getElementsByTagName("time")[0]?.textContent);
      if (!(Math.abs(time - before) <= MAX_GAP)) finish();
      before = time;
      line.push(place);
      dots.push(place);
    }
    finish();
    count += dots.length;
    if (dots.length) features.push(feature("MultiPoint", dots));
  }
  return { features, count };
}

/** Return the line of a trace and its first point, in the shapes of the selection. */
export function trackFeatures({ geometry }) {
  const lines = geometry?.coordinates || [];
  if (!lines.length) return [];
  return [
    ...lines.map((line) => feature("LineString", line, { shape: "line" })),
    feature("Point", lines[0][0], { shape: "point" }),
  ];
}
