// Classes of features, by their tags: the map's style has one look for each class.

const AREAS = {
  forest: ["landuse=forest", "natural=wood"],
  scrub: ["natural=scrub", "natural=heath", "landuse=greenhouse_horticulture"],
  grass: [
    "landuse=grass",
    "landuse=meadow",
    "natural=grassland",
    "landuse=village_green",
    "landuse=recreation_ground",
    "natural=fell",
    "leisure=common",
  ],
  park: ["leisure=park", "leisure=garden", "leisure=golf_course", "leisure=nature_reserve", "landuse=flowerbed"],
  pitch: ["leisure=pitch", "leisure=track", "leisure=playground", "leisure=stadium", "leisure=sports_centre"],
  farmland: ["landuse=farmland", "landuse=farm", "landuse=farmyard", "landuse=allotments", "landuse=plant_nursery"],
  orchard: ["landuse=orchard", "landuse=vineyard"],
  residential: ["landuse=residential", "place=neighbourhood"],
  commercial: [
    "landuse=commercial",
    "landuse=retail",
    "landuse=industrial",
    "landuse=railway",
    "landuse=garages",
    "landuse=construction",
    "landuse=brownfield",
    "landuse=landfill",
    "landuse=quarry",
    "landuse=depot",
    "landuse=port",
  ],
  ground: [
    "amenity=school",
    "amenity=hospital",
    "amenity=kindergarten",
    "amenity=university",
    "amenity=college",
    "landuse=education",
    "landuse=religious",
    "tourism=camp_site",
    "tourism=zoo",
    "tourism=attraction",
    "leisure=marina",
  ],
  cemetery: ["landuse=cemetery", "amenity=grave_yard"],
  paved: [
    "amenity=parking",
    "highway=pedestrian",
    "highway=footway",
    "highway=service",
    "place=square",
    "amenity=bicycle_parking",
    "aeroway=apron",
    "amenity=marketplace",
    "area:highway=*",
    "man_made=bridge",
    "man_made=pier",
  ],
  rock: ["natural=bare_rock", "natural=scree", "natural=shingle", "natural=rock", "natural=stone"],
  sand: ["natural=sand", "natural=beach", "landuse=salt_pond", "natural=mud"],
  wetland: ["natural=wetland", "natural=marsh"],
  ice: ["natural=glacier"],
  water: [
    "natural=water",
    "waterway=riverbank",
    "landuse=reservoir",
    "landuse=basin",
    "leisure=swimming_pool",
    "waterway=dock",
    "amenity=fountain",
    "natural=bay",
    "waterway=*",
  ],
};
/** @type {Map<string, string>} Classes of areas by `key=value`. */
const AREA_CLASS = new Map(Object.entries(AREAS).flatMap(([cls, tags]) => tags.map((tag) => [tag, cls])));

/** @type {Record<string, string>} */
const ROADS = {
  motorway: "motorway",
  motorway_link: "motorway",
  trunk: "trunk",
  trunk_link: "trunk",
  primary: "primary",
  primary_link: "primary",
  secondary: "secondary",
  secondary_link: "secondary",
  tertiary: "tertiary",
  tertiary_link: "tertiary",
  unclassified: "minor",
  residential: "minor",
  road: "minor",
  living_street: "living",
  pedestrian: "living",
  busway: "minor",
  service: "service",
  raceway: "service",
  construction: "service",
};
/** @type {Record<string, string>} */
const PATHS = {
  footway: "foot",
  path: "foot",
  steps: "steps",
  cycleway: "cycle",
  bridleway: "foot",
  track: "track",
  corridor: "foot",
  via_ferrata: "foot",
};
const ROAD_ORDER = ["service", "living", "minor", "tertiary", "secondary", "primary", "trunk", "motorway"];

const POI_KEYS = [
  "amenity",
  "shop",
  "tourism",
  "leisure",
  "historic",
  "office",
  "craft",
  "healthcare",
  "emergency",
  "railway",
  "highway",
  "aerialway",
  "aeroway",
  "natural",
  "man_made",
  "place",
  "public_transport",
  "club",
  "information",
  "advertising",
  "power",
  "barrier",
  "entrance",
  "sport",
];
const FOOD = new Set([
  "restaurant",
  "cafe",
  "bar",
  "pub",
  "fast_food",
  "biergarten",
  "food_court",
  "ice_cream",
  "nightclub",
]);
const HEALTH = new Set([
  "hospital",
  "clinic",
  "doctors",
  "dentist",
  "pharmacy",
  "veterinary",
  "social_facility",
  "nursing_home",
]);
const TRANSPORT = new Set([
  "parking",
  "bus_station",
  "taxi",
  "fuel",
  "charging_station",
  "bicycle_parking",
  "bicycle_rental",
  "car_rental",
  "car_sharing",
  "ferry_terminal",
  "parking_entrance",
  "motorcycle_parking",
]);
const CULTURE = new Set([
  "place_of_worship",
  "theatre",
  "cinema",
  "library",
  "arts_centre",
  "museum",
  "community_centre",
  "fountain",
]);
const SMALL = new Set([
  "bench",
  "waste_basket",
  "recycling",
  "hunting_stand",
  "vending_machine",
  "post_box",
  "telephone",
  "grit_bin",
  "drinking_water",
  "clock",
  "waste_disposal",
  "bicycle_parking",
  "parking_entrance",
  "parking_space",
  "watering_place",
  "shelter",
  "bbq",
]);
/** @type {Record<string, number>} */
const PLACES = {
  city: 1,
  town: 2,
  village: 3,
  suburb: 4,
  quarter: 5,
  neighbourhood: 5,
  hamlet: 5,
  isolated_dwelling: 6,
  locality: 6,
  farm: 6,
};

/**
 * Keys of features that can be areas, each with the values that are lines even if they close.
 * @type {Map<string, string[]>}
 */
let areaKeys = new Map();

/**
 * Set the table of area keys (`area_keys` in apps/elements/presets.py).
 * @param {Record<string, string[]>} table
 */
export function useAreaKeys(table) {
  areaKeys = new Map(Object.entries(table));
}

/**
 * Return whether a closed way with these tags encloses an area: the rule of `is_area` in apps/elements/presets.py.
 * @param {Tags} tags
 */
export function isArea(tags) {
  if (tags.area === "yes" || tags.area === "no") return tags.area === "yes";
  return Object.entries(tags).some(([key, value]) => areaKeys.get(key)?.includes(value) === false);
}

/**
 * Return the class of an area, or null if no tag has one.
 * @param {Tags} tags
 */
export function areaClass(tags) {
  if ((tags.building && tags.building !== "no") || tags["building:part"]) return "building";
  for (const [key, value] of Object.entries(tags)) {
    const cls = AREA_CLASS.get(`${key}=${value}`) || AREA_CLASS.get(`${key}=*`);
    if (cls) return cls;
  }
  return null;
}

/**
 * Return the kind and class of a line, or null if it has no tags. Lines of a higher rank are drawn on top.
 * @param {Tags} tags
 * @returns {{ kind: string, cls: string, rank: number, narrow?: boolean } | null}
 */
export function lineClass(tags) {
  if (ROADS[tags.highway]) {
    const cls = tags.highway === "construction" ? "service" : ROADS[tags.highway];
    return {
      kind: "road",
      cls,
      rank: ROAD_ORDER.indexOf(cls) + 20 * (Number(tags.layer) || 0),
      narrow: tags.highway.endsWith("_link") || Boolean(tags.service),
    };
  }
  if (PATHS[tags.highway]) return { kind: "path", cls: PATHS[tags.highway], rank: 20 * (Number(tags.layer) || 0) };
  if (tags.railway && !["abandoned", "razed", "dismantled", "proposed", "platform"].includes(tags.railway))
    return { kind: "rail", cls: tags.railway, rank: 0 };
  if (tags.waterway)
    return { kind: "waterway", cls: ["river", "canal"].includes(tags.waterway) ? "river" : "stream", rank: 0 };
  if (tags.boundary === "administrative")
    return { kind: "boundary", cls: Number(tags.admin_level) <= 4 ? "country" : "local", rank: 0 };
  if (tags.aeroway) return { kind: "road", cls: "service", rank: 0 };
  if (tags.aerialway) return { kind: "line", cls: "aerialway", rank: 0 };
  if (tags.power) return { kind: "line", cls: "power", rank: 0 };
  if (tags.barrier || tags.natural === "cliff") return { kind: "line", cls: "barrier", rank: 0 };
  if (tags.natural === "tree_row") return { kind: "line", cls: "trees", rank: 0 };
  return Object.keys(tags).length ? { kind: "line", cls: "other", rank: 0 } : null;
}

/**
 * Return the class of a point of interest or a place, or null if it is not drawn. Labels of a lower rank come first.
 * @param {Tags} tags
 * @returns {{ kind?: string, cls: string, rank: number } | null}
 */
export function poiClass(tags) {
  if (tags.place && PLACES[tags.place])
    return tags.name ? { kind: "place", cls: tags.place, rank: PLACES[tags.place] } : null;
  if (tags.natural === "peak" || tags.natural === "saddle") return { cls: "peak", rank: 2 };
  if (["station", "halt"].includes(tags.railway) || tags.aerialway === "station" || tags.amenity === "bus_station")
    return { cls: "transport", rank: 2 };
  if (tags.highway === "bus_stop" || tags.railway === "tram_stop") return { cls: "transport", rank: 6 };
  if (tags.amenity) {
    if (SMALL.has(tags.amenity)) return { cls: "small", rank: 9 };
    if (FOOD.has(tags.amenity)) return { cls: "food", rank: 5 };
    if (HEALTH.has(tags.amenity)) return { cls: "health", rank: 4 };
    if (TRANSPORT.has(tags.amenity)) return { cls: "transport", rank: 7 };
    if (CULTURE.has(tags.amenity)) return { cls: "culture", rank: 4 };
    return { cls: "service", rank: 5 };
  }
  if (tags.shop) return { cls: "shop", rank: 6 };
  if (tags.tourism)
    return {
      cls: tags.tourism === "hotel" || tags.tourism === "guest_house" ? "transport" : "culture",
      rank: tags.tourism === "information" ? 8 : 4,
    };
  if (tags.healthcare) return { cls: "health", rank: 5 };
  if (tags.historic) return { cls: "culture", rank: 6 };
  if (tags.leisure) return { cls: "nature", rank: 6 };
  if (tags.office || tags.craft || tags.club) return { cls: "service", rank: 7 };
  if (tags.natural === "tree") return { cls: "tree", rank: 10 };
  if (POI_KEYS.some((key) => tags[key])) return { cls: "small", rank: 9 };
  return Object.keys(tags).some((key) => !/^(source|created_by|note|fixme|addr:)/.test(key))
    ? { cls: "small", rank: 10 }
    : null;
}
