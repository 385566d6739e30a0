// The look of our own data, light and dark. No fonts and no pictures come from elsewhere: text is drawn with the
// fonts of the device.

const LIGHT = {
  background: "#f4f2ec", coverage: "#0b6b4d",
  area: { forest: "#bcd9ae", scrub: "#cfe0b8", grass: "#d6e8bf", park: "#c9e6c0", pitch: "#b5dfc1", farmland: "#eeeacb", orchard: "#d9e3ae",
    residential: "#e9e5df", commercial: "#e6dfe4", ground: "#f2ebd4", cemetery: "#c4d6bf", paved: "#ebe9e6", rock: "#dfdcd6", sand: "#f2e6bf",
    wetland: "#cfe3dc", ice: "#e2f1f6", other: "rgba(0,0,0,0)" },
  water: "#a5cfe6", waterLine: "#8dbedb", waterText: "#2b6488",
  building: "#dccfc2", buildingLine: "#bfae9c",
  road: { motorway: "#e8889c", trunk: "#f3a581", primary: "#f8cf8c", secondary: "#f6eca2", tertiary: "#ffffff", minor: "#ffffff", living: "#f0eef4", service: "#ffffff" },
  casing: { motorway: "#c25a74", trunk: "#c97549", primary: "#c79a45", secondary: "#b8ad55", tertiary: "#a9a59d", minor: "#bdb9b1", living: "#bdb9b1", service: "#c9c5bd" },
  path: { foot: "#c0705f", steps: "#b2503c", cycle: "#4a63c4", track: "#94702f" }, pathHalo: "rgba(255,255,255,.7)",
  rail: "#77747a", railGap: "#f4f2ec", boundary: "#8d63a8", line: { power: "#9a9a9a", barrier: "#a29a8e", aerialway: "#666", trees: "#a5cf95", other: "#b3ada4" },
  poi: { food: "#b9590b", shop: "#8a3fa8", transport: "#2167a8", health: "#bf2f3a", culture: "#7a5230", service: "#6b5b4d", nature: "#2f7d3f", peak: "#7d4b25", small: "#8b857c", tree: "#7fb06d" },
  text: "#2a2f2d", halo: "rgba(255,255,255,.88)", placeText: "#222725", number: "#7b7268", selected: "#e0431b", hover: "#e0431b", box: "#c2410c", gps: "#6d4bc4",
};

const DARK = {
  background: "#1b211f", coverage: "#6fd3ab",
  area: { forest: "#22382a", scrub: "#28382a", grass: "#27362a", park: "#213a2c", pitch: "#1f4034", farmland: "#2a2c22", orchard: "#2c3423",
    residential: "#242827", commercial: "#2a272c", ground: "#2e2c25", cemetery: "#25352c", paved: "#2b2e2d", rock: "#2e2f2e", sand: "#35322a",
    wetland: "#20352f", ice: "#2a3a41", other: "rgba(0,0,0,0)" },
  water: "#173547", waterLine: "#20485f", waterText: "#86b9d6",
  building: "#35393a", buildingLine: "#4a4f50",
  road: { motorway: "#a3485f", trunk: "#a05d3b", primary: "#8f6f35", secondary: "#736d37", tertiary: "#4c5452", minor: "#434a48", living: "#3a4040", service: "#3a4140" },
  casing: { motorway: "#5c2333", trunk: "#5a311c", primary: "#4e3b18", secondary: "#403c1b", tertiary: "#141817", minor: "#141817", living: "#141817", service: "#161b1a" },
  path: { foot: "#c78a7b", steps: "#d88c78", cycle: "#8b9df0", track: "#b3945a" }, pathHalo: "rgba(20,25,24,.6)",
  rail: "#8b8f8e", railGap: "#1b211f", boundary: "#a986c2", line: { power: "#6d7271", barrier: "#5b5f5b", aerialway: "#9a9f9d", trees: "#365c3d", other: "#5a605d" },
  poi: { food: "#f0a35b", shop: "#d19be6", transport: "#7fb9ee", health: "#f58a8f", culture: "#d9ae85", service: "#b9ab9d", nature: "#84cf92", peak: "#d6a37d", small: "#8d9491", tree: "#47734f" },
  text: "#dfe6e3", halo: "rgba(20,25,24,.85)", placeText: "#f0f4f2", number: "#9aa39f", selected: "#ff8a5c", hover: "#ff8a5c", box: "#ff9d5c", gps: "#b7a3f7",
};

export const paletteOf = (theme) => (theme === "dark" ? DARK : LIGHT);

const match = (property, values, fallback) => ["match", ["get", property], ...Object.entries(values).flat(), fallback];
const kind = (name, ...more) => ["all", ["==", ["get", "kind"], name], ...more];
const zoomed = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

// Widths of roads in pixels at zooms 11, 13, 15 and 18 (of the map library: one less than in addresses).
const WIDTH = { motorway: [2, 4, 9, 30], trunk: [1.8, 3.6, 8, 28], primary: [1.6, 3.4, 7.5, 26], secondary: [1.2, 3, 7, 24],
  tertiary: [1, 2.6, 6, 21], minor: [.6, 1.7, 4.6, 17], living: [.5, 1.5, 4, 14], service: [.3, .9, 2.4, 8] };
const width = (index, extra) => ["*", ["case", ["==", ["get", "narrow"], true], .7, 1], ["+", extra, match("cls", Object.fromEntries(Object.entries(WIDTH).map(([k, v]) => [k, v[index]])), 1)]];
const roadWidth = (extra) => zoomed(11, width(0, extra * .5), 13, width(1, extra * .8), 15, width(2, extra), 18, width(3, extra * 1.3));

const REGULAR = ["Regular"], BOLD = ["Bold"], ITALIC = ["Italic"];

export const DATA_LAYERS_START = 13;

// Style layers of the source `osm`.
export function dataLayers(c) {
  const data = (id, type, filter, paint, layout = {}, more = {}) => ({ id: `osm-${id}`, type, source: "osm", filter, paint, layout, minzoom: DATA_LAYERS_START, ...more });
  const text = (color, size) => ({ "text-color": color, "text-halo-color": c.halo, "text-halo-width": size });
  return [
    data("area", "fill", kind("area"), { "fill-color": match("cls", c.area, c.area.other) }, { "fill-sort-key": ["-", 0, ["get", "size"]] }),
    data("water", "fill", kind("water"), { "fill-color": c.water }),
    data("waterway", "line", kind("waterway"), { "line-color": c.waterLine, "line-width": zoomed(11, ["case", ["==", ["get", "cls"], "river"], 2, .6], 18, ["case", ["==", ["get", "cls"], "river"], 14, 4]), "line-opacity": ["case", ["get", "tunnel"], .35, 1] }, { "line-cap": "round", "line-join": "round" }),
    data("boundary", "line", kind("boundary"), { "line-color": c.boundary, "line-width": ["case", ["==", ["get", "cls"], "country"], 2, 1.2], "line-dasharray": [5, 2.5], "line-opacity": .55 }),
    data("building", "fill", kind("building"), { "fill-color": c.building, "fill-outline-color": c.buildingLine }),
    data("building-line", "line", kind("building"), { "line-color": c.buildingLine, "line-width": .8 }, {}, { minzoom: 15 }),
    data("line", "line", kind("line"), { "line-color": match("cls", c.line, c.line.other), "line-width": ["match", ["get", "cls"], "trees", 4, 1], "line-opacity": .8 }, {}, { minzoom: 14 }),
    data("path-halo", "line", kind("path"), { "line-color": c.pathHalo, "line-width": zoomed(13, 2, 18, 6) }, { "line-cap": "round", "line-join": "round" }, { minzoom: 14 }),
    data("path", "line", kind("path", ["!=", ["get", "cls"], "track"]), { "line-color": match("cls", c.path, c.path.foot), "line-width": zoomed(13, .8, 18, 3), "line-dasharray": [2.4, 1.6], "line-opacity": ["case", ["get", "tunnel"], .4, .9] }, { "line-join": "round" }),
    data("track", "line", kind("path", ["==", ["get", "cls"], "track"]), { "line-color": c.path.track, "line-width": zoomed(13, .9, 18, 4), "line-dasharray": [5, 2], "line-opacity": .8 }, { "line-join": "round" }),
    data("road-casing", "line", kind("road"), { "line-color": match("cls", c.casing, c.casing.minor), "line-width": roadWidth(1.6), "line-opacity": ["case", ["get", "tunnel"], .45, 1] }, { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "rank"] }),
    data("road", "line", kind("road"), { "line-color": match("cls", c.road, c.road.minor), "line-width": roadWidth(0), "line-opacity": ["case", ["get", "tunnel"], .6, 1] }, { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "rank"] }),
    data("rail", "line", kind("rail"), { "line-color": c.rail, "line-width": zoomed(13, 1.6, 18, 5), "line-opacity": ["case", ["get", "tunnel"], .35, 1] }),
    data("rail-gap", "line", kind("rail"), { "line-color": c.railGap, "line-width": zoomed(13, .8, 18, 3), "line-dasharray": [4, 4], "line-opacity": ["case", ["get", "tunnel"], 0, 1] }),
    data("oneway", "symbol", kind("road", ["!=", ["get", "oneway"], 0]), { "text-color": c.number, "text-opacity": .9 }, { "symbol-placement": "line", "symbol-spacing": 120, "text-field": "→", "text-font": REGULAR, "text-size": 12, "text-rotate": ["case", ["==", ["get", "oneway"], -1], 180, 0], "text-keep-upright": false, "text-padding": 0 }, { minzoom: 15.5 }),
    data("number", "symbol", kind("number"), text(c.number, 1), { "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 10, "text-padding": 1 }, { minzoom: 16.2 }),
    data("dot", "circle", kind("poi", [">=", ["get", "rank"], 9]), { "circle-radius": zoomed(15, 1.2, 18, ["match", ["get", "cls"], "tree", 6, 3]), "circle-color": match("cls", c.poi, c.poi.small), "circle-opacity": ["match", ["get", "cls"], "tree", .6, .85] }, {}, { minzoom: 15.5 }),
    data("poi", "circle", kind("poi", ["<", ["get", "rank"], 9]), { "circle-radius": zoomed(13, 2, 16, 4.2, 18, 6), "circle-color": match("cls", c.poi, c.poi.small), "circle-stroke-color": c.halo, "circle-stroke-width": 1.2 }, { "circle-sort-key": ["-", 10, ["get", "rank"]] }, { minzoom: 14 }),
    data("waterway-name", "symbol", ["all", kind("waterway"), ["!=", ["get", "name"], ""]], text(c.waterText, 1.2), { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": ITALIC, "text-size": zoomed(13, 10.5, 18, 13) }),
    data("road-name", "symbol", ["all", kind("road"), ["!=", ["get", "name"], ""]], text(c.text, 1.4), { "symbol-placement": "line", "symbol-spacing": 260, "text-field": ["get", "name"], "text-font": REGULAR, "text-size": zoomed(13, 10, 16, 11.5, 18, 13.5), "symbol-sort-key": ["-", 50, ["get", "rank"]] }, { minzoom: 14 }),
    data("path-name", "symbol", ["all", kind("path"), ["!=", ["get", "name"], ""]], text(c.text, 1.3), { "symbol-placement": "line", "symbol-spacing": 300, "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 10.5 }, { minzoom: 15.5 }),
    data("label", "symbol", kind("label"), text(["match", ["get", "cls"], "water", c.waterText, c.text], 1.3), { "text-field": ["get", "name"], "text-font": ITALIC, "text-size": 11, "text-max-width": 8, "symbol-sort-key": ["-", 0, ["get", "size"]] }, { minzoom: 14 }),
    data("poi-name", "symbol", ["all", kind("poi", ["<", ["get", "rank"], 9]), ["!=", ["get", "name"], ""]], { ...text(match("cls", c.poi, c.text), 1.3) }, { "text-field": ["case", ["!=", ["get", "ele"], ""], ["concat", ["get", "name"], "\n", ["get", "ele"], " m"], ["get", "name"]], "text-font": REGULAR, "text-size": zoomed(14, 10.5, 18, 12.5), "text-offset": [0, .7], "text-anchor": "top", "text-max-width": 9, "text-optional": true, "symbol-sort-key": ["get", "rank"] }, { minzoom: 14.6 }),
    data("place", "symbol", kind("place"), text(c.placeText, 1.8), { "text-field": ["get", "name"], "text-font": ["match", ["get", "rank"], [1, 2, 3], ["literal", BOLD], ["literal", REGULAR]], "text-size": ["interpolate", ["linear"], ["get", "rank"], 1, 20, 3, 16, 6, 11.5], "symbol-sort-key": ["get", "rank"], "text-padding": 4 }),
  ];
}

// Outlines only, over the pictures of another layer.
export function outlineLayers(c) {
  const geometry = (type) => ["==", ["geometry-type"], type];
  const base = { source: "osm", minzoom: DATA_LAYERS_START };
  return [
    { id: "osm-outline-area", type: "fill", ...base, filter: geometry("Polygon"), paint: { "fill-color": c.selected, "fill-opacity": .06 } },
    { id: "osm-outline-line", type: "line", ...base, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": c.selected, "line-width": 1.6, "line-opacity": .7 } },
    { id: "osm-outline-point", type: "circle", ...base, filter: kind("poi"), paint: { "circle-color": c.selected, "circle-radius": 3.5, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } },
  ];
}

// Points of GPS traces, joined where one follows the other.
export function gpsLayers(c) {
  return [
    { id: "gps-line", type: "line", source: "gps", filter: ["has", "time"], layout: { "line-join": "round" }, paint: { "line-color": c.gps, "line-width": zoomed(12, .8, 18, 2), "line-opacity": .55 } },
    { id: "gps-dot", type: "circle", source: "gps", filter: ["!", ["has", "time"]], paint: { "circle-color": c.gps, "circle-radius": zoomed(12, 1, 18, 3), "circle-opacity": .75 } },
  ];
}

// What lies above everything: changesets' boxes, the feature under the pointer, the element whose page is open.
export function topLayers(c) {
  const shape = (name) => ["==", ["get", "shape"], name];
  const active = ["boolean", ["feature-state", "active"], false];
  return [
    { id: "box-fill", type: "fill", source: "boxes", paint: { "fill-color": c.box, "fill-opacity": ["case", active, .2, .012] } },
    { id: "box-line", type: "line", source: "boxes", paint: { "line-color": c.box, "line-width": ["case", active, 2.6, 1.3], "line-opacity": ["case", active, 1, .6] } },
    { id: "hover-area", type: "fill", source: "hover", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": c.hover, "fill-opacity": .14 } },
    { id: "hover-line", type: "line", source: "hover", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.hover, "line-width": 4, "line-opacity": .65 } },
    { id: "hover-point", type: "circle", source: "hover", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": c.hover, "circle-radius": 9, "circle-opacity": .45 } },
    { id: "selected-area", type: "fill", source: "selected", filter: shape("area"), paint: { "fill-color": c.selected, "fill-opacity": .16 } },
    { id: "selected-halo", type: "line", source: "selected", filter: shape("line"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.halo, "line-width": 8, "line-opacity": .75 } },
    { id: "selected-line", type: "line", source: "selected", filter: shape("line"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.selected, "line-width": 4 } },
    { id: "selected-point", type: "circle", source: "selected", filter: shape("point"), paint: { "circle-color": c.selected, "circle-radius": 8, "circle-opacity": .35, "circle-stroke-color": c.selected, "circle-stroke-width": 2.5 } },
  ];
}

export function overviewLayers(c) {
  const layer = (id, type, filter, paint, layout = {}, more = {}) => ({ id: `osm-overview-${id}`, type, source: "overview", filter, paint, layout, maxzoom: DATA_LAYERS_START, ...more });
  const round = { "line-cap": "round", "line-join": "round" };
  const scale = { motorway: 1.5, trunk: 1.35, primary: 1.2, secondary: 1, tertiary: .7 };
  const wide = (extra) => zoomed(7, ["+", extra * .4, ["*", .5, match("cls", scale, .6)]], 10, ["+", extra, ["*", 1.3, match("cls", scale, .6)]], 13, ["+", extra * 1.3, ["*", 2.8, match("cls", scale, .6)]]);
  const sorted = { ...round, "line-sort-key": ["get", "rank"] };
  const text = (color, size) => ({ "text-color": color, "text-halo-color": c.halo, "text-halo-width": size });
  const shown = (rank, zoom) => layer(`place-${zoom}`, "symbol", kind("place", ["<=", ["get", "rank"], rank]), text(c.placeText, 1.8), { "text-field": ["get", "name"], "text-font": ["match", ["get", "rank"], [1, 2], ["literal", BOLD], ["literal", REGULAR]], "text-size": ["interpolate", ["linear"], ["zoom"], 7, ["match", ["get", "rank"], 1, 15, 2, 13, 11], 13, ["match", ["get", "rank"], 1, 20, 2, 17, 14]], "symbol-sort-key": ["get", "order"], "text-padding": 5 }, { minzoom: zoom, maxzoom: zoom === 4 ? 9 : DATA_LAYERS_START });
  return [
    layer("area", "fill", kind("area"), { "fill-color": match("cls", c.area, c.area.other) }, { "fill-sort-key": ["-", 0, ["get", "size"]] }),
    layer("water", "fill", kind("water"), { "fill-color": c.water }),
    layer("river", "line", kind("waterway"), { "line-color": c.waterLine, "line-width": zoomed(7, .7, 10, 1.6, 13, 4) }, round),
    layer("boundary", "line", kind("boundary"), { "line-color": c.boundary, "line-width": ["case", ["==", ["get", "cls"], "country"], 2, .9], "line-dasharray": [5, 2.5], "line-opacity": ["case", ["==", ["get", "cls"], "country"], .7, .35] }),
    layer("casing", "line", kind("road", ["!=", ["get", "cls"], "tertiary"]), { "line-color": match("cls", c.casing, c.casing.minor), "line-width": wide(1.2) }, sorted),
    layer("tertiary", "line", kind("road", ["==", ["get", "cls"], "tertiary"]), { "line-color": c.casing.tertiary, "line-width": wide(0), "line-opacity": .6 }, sorted),
    layer("road", "line", kind("road", ["!=", ["get", "cls"], "tertiary"]), { "line-color": match("cls", c.road, c.road.minor), "line-width": wide(0) }, sorted),
    layer("rail", "line", kind("rail"), { "line-color": c.rail, "line-width": zoomed(7, .5, 13, 1.8), "line-dasharray": [6, 1.5] }),
    shown(2, 4), shown(3, 9),
  ];
}

export function coverageLayers(c) {
  return [
    { id: "coverage", type: "fill", source: "coverage", maxzoom: DATA_LAYERS_START, paint: { "fill-color": c.coverage, "fill-antialias": false, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 7, .22, 11, .09, 13, .05] } },
  ];
}
