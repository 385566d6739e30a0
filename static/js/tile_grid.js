// The grid of map tiles: 2^zoom columns and rows in Web Mercator.

/** @typedef {(value: number, zoom: number) => number} Conversion */

/** @type {Conversion} */
export const column = (lon, z) => Math.floor(((lon + 180) / 360) * 2 ** z);

/** @type {Conversion} */
export const row = (lat, z) => {
  const angle = (Math.max(-85, Math.min(85, lat)) * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** z);
};
