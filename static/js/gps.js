// GPS traces on the map: the points of the view that people recorded (layer G), and the line of one trace.

const EMPTY = { type: "FeatureCollection", features: [] };
const FROM_ZOOM = 13;
const LARGEST = 0.25;
const PAGE = 5000;
const MOST_PAGES = 4;
const LONGEST_GAP = 60e3;

const feature = (type, coordinates, properties = {}) => ({
  type: "Feature",
  properties,
  geometry: { type, coordinates },
});

export function gpsPoints(map) {
  let asked = null;
  let abort = null;
  const clear = () => {
    abort?.abort();
    asked = null;
    map.set("gps", EMPTY);
  };
  document.addEventListener(
    "mapmoved",
    async ({
      detail: {
        zoom,
        bounds: [west, south, east, north],
      },
    }) => {
      if (!map.showsTraces || zoom < FROM_ZOOM - 0.01) return asked && clear();
      const inside =
        asked && west >= asked.box[0] && south >= asked.box[1] && east <= asked.box[2] && north <= asked.box[3];
      if (inside && (asked.isWhole || zoom === asked.zoom)) return;
      // A little more than the view, so that not every step asks again.
      const edge = Math.min((east - west) * 0.2, 0.02);
      const box = [
        Math.max(west - edge, -180),
        Math.max(south - edge, -90),
        Math.min(east + edge, 180),
        Math.min(north + edge, 90),
      ];
      if ((box[2] - box[0]) * (box[3] - box[1]) > LARGEST || box[0] >= box[2]) return;
      abort?.abort();
      abort = new AbortController();
      const mine = { box, zoom, isWhole: false };
      asked = mine;
      const features = [];
      for (let page = 0; page < MOST_PAGES && !mine.isWhole; page++) {
        const address = `/api/0.6/trackpoints?bbox=${box.map((side) => side.toFixed(7)).join(",")}&page=${page}`;
        // What was asked for may be given up at any time, also while it arrives.
        const gpx = await fetch(address, { signal: abort.signal })
          .then((answer) => (answer.ok ? answer.text() : null))
          .catch(() => null);
        if (asked !== mine) return;
        if (gpx === null) break;
        const found = pointsOf(gpx);
        features.push(...found.features);
        mine.isWhole = found.count < PAGE;
        map.set("gps", { type: "FeatureCollection", features: [...features] });
      }
    },
  );
}

// Dots, and lines between those whose times follow each other.
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
      if (!(Math.abs(time - before) <= LONGEST_GAP)) finish();
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

// The line of a trace and where it starts, as the map draws what is selected.
export function trackFeatures({ geometry }) {
  const lines = geometry?.coordinates || [];
  if (!lines.length) return [];
  return [
    ...lines.map((line) => feature("LineString", line, { shape: "line" })),
    feature("Point", lines[0][0], { shape: "point" }),
  ];
}
