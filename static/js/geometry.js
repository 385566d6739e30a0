// Geometry of rings: closed lists of points, in which the last point repeats the first.

/**
 * Join ways end to end into closed rings. Ways that do not close are left out.
 * @param {number[][]} ways - lists of node ids
 */
export function rings(ways) {
  const open = ways.filter((way) => way.length > 1).map((way) => [...way]);
  /** @type {number[][]} */
  const done = [];
  while (open.length) {
    const ring = /** @type {number[]} */ (open.pop());
    for (let joined = true; joined && ring[0] !== ring[ring.length - 1]; ) {
      joined = false;
      for (let i = 0; i < open.length; i++) {
        const next = open[i];
        const end = ring[ring.length - 1];
        if (next[0] !== end && next[next.length - 1] !== end) continue;
        open.splice(i, 1);
        ring.push(...(next[0] === end ? next : next.reverse()).slice(1));
        joined = true;
        break;
      }
    }
    if (ring.length > 3 && ring[0] === ring[ring.length - 1]) done.push(ring);
  }
  return done;
}

/**
 * Return the area of a ring, positive if the ring runs clockwise.
 * @param {LonLat[]} ring
 */
export const signedArea = (ring) => {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += (ring[i][0] - ring[i - 1][0]) * (ring[i][1] + ring[i - 1][1]);
  return sum / 2;
};

/**
 * Return a bbox that is at least so large on the map, with the same middle.
 * @param {number[]} bbox - [west, south, east, north]
 * @param {number} zoom - of the map library, whose tiles are 512 pixels wide
 * @param {number} pixels - the least width and height
 */
export function atLeast([west, south, east, north], zoom, pixels) {
  const width = (pixels * 360) / (512 * 2 ** zoom);
  const height = width * Math.cos(((south + north) * Math.PI) / 360);
  const x = Math.max(0, width - (east - west)) / 2;
  const y = Math.max(0, height - (north - south)) / 2;
  return [west - x, south - y, east + x, north + y];
}

/**
 * Return whether a point lies inside a ring.
 * @param {LonLat[]} ring
 * @param {LonLat} point
 */
export const contains = (ring, [x, y]) => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i],
      [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
};
