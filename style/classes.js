// Classes of features, by their tags: the map's style has one look for each class. Used when the style is built.

/** Tags of areas by class. */
export const AREAS = {
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

export const POI_KEYS = [
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
export const FOOD = new Set([
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
export const HEALTH = new Set([
  "hospital",
  "clinic",
  "doctors",
  "dentist",
  "pharmacy",
  "veterinary",
  "social_facility",
  "nursing_home",
]);
export const TRANSPORT = new Set([
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
export const CULTURE = new Set([
  "place_of_worship",
  "theatre",
  "cinema",
  "library",
  "arts_centre",
  "museum",
  "community_centre",
  "fountain",
]);
export const SMALL = new Set([
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
