// The grid of map tiles: 2^zoom columns and rows, in Web Mercator.

export const lonOf = (x, z) => (x / 2 ** z) * 360 - 180;
export const latOf = (y, z) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
export const column = (lon, z) => Math.floor(((lon + 180) / 360) * 2 ** z);
export const row = (lat, z) => {
  const angle = (Math.max(-85, Math.min(85, lat)) * Math.PI) / 180;
  return Math.floor(((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** z);
};
