// Expressions of MapLibre styles that occur again and again.

/**
 * Return an expression that chooses a value by a property.
 * @param {string} property
 * @param {Record<string, unknown>} values
 * @param {unknown} fallback
 */
export const match = (property, values, fallback) => [
  "match",
  ["get", property],
  ...Object.entries(values).flat(),
  fallback,
];

/**
 * Return an expression that grows with the zoom.
 * @param {unknown[]} stops - zoom, value, zoom, value...
 */
export const zoomed = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

/**
 * Return a filter for features of which a property has one of some values.
 * @param {string} property
 * @param {unknown[]} values
 */
export const among = (property, ...values) => ["in", ["get", property], ["literal", values]];

/** @param {"Point" | "LineString" | "Polygon"} type */
export const geometry = (type) => ["==", ["geometry-type"], type];

// The map has no glyph server: the browser draws text with its own fonts, of the weight and slope that the name says.
export const REGULAR = ["Regular"];
export const BOLD = ["Bold"];
export const ITALIC = ["Italic"];
