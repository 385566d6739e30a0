// Which closed ways are areas.

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
