// All icons in one image. Each is a distance field, so that the style gives it any colour and an outline.

import { readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { FILES } from "./icons.js";
import { png } from "./png.js";

const SIZE = 15; // pixels of an icon, as it is drawn
const EDGE = 4; // pixels around it, for the outline
const FINE = 6; // an icon is drawn as many times larger, to measure distances
const RADIUS = 8; // pixels from fully inside to fully outside, of which a quarter is inside: as the map library expects
const INSIDE = 0.25;
// Distances beyond what outlines need are all the same, and others are rounded: the file is a third as large.
const FARTHEST = 3.2;
const STEPS = 64;
const COLUMNS = 12;

/** @type {Map<string, Float64Array>} */
const fields = new Map();

/** @param {string} name */
function fieldOf(name) {
  const found = fields.get(name) ?? signedDistances(shape(FILES[name]));
  fields.set(name, found);
  return found;
}

/**
 * Return the sprite at a pixel ratio: the image as a PNG, and where each icon is in it.
 * @param {number} ratio - 1 or 2
 */
export function sprite(ratio) {
  const names = Object.keys(FILES).sort();
  const cell = (SIZE + 2 * EDGE) * ratio;
  const width = COLUMNS * cell;
  const height = Math.ceil(names.length / COLUMNS) * cell;
  const alpha = new Uint8Array(width * height);
  /** @type {Record<string, object>} */
  const index = {};
  names.forEach((name, number) => {
    const [x, y] = [(number % COLUMNS) * cell, Math.floor(number / COLUMNS) * cell];
    const field = distanceField(fieldOf(name), ratio);
    for (let row = 0; row < cell; row++) alpha.set(field.subarray(row * cell, (row + 1) * cell), (y + row) * width + x);
    index[name] = { x, y, width: cell, height: cell, pixelRatio: ratio, sdf: true };
  });
  return { image: png(width, height, alpha), index };
}

/**
 * Return an icon with its edge, enlarged: 1 where it is, 0 where it is not.
 * @param {string} file
 */
function shape(file) {
  const svg = readFileSync(new URL(`../node_modules/${file}`, import.meta.url), "utf8");
  const drawn = new Resvg(svg, {
    fitTo: { mode: "width", value: SIZE * FINE },
    font: { loadSystemFonts: false },
  }).render();
  const side = (SIZE + 2 * EDGE) * FINE;
  const inside = new Uint8Array(side * side);
  const rows = Math.min(drawn.height, SIZE * FINE);
  const { pixels } = drawn;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < drawn.width; x++)
      if (pixels[4 * (y * drawn.width + x) + 3] > 127) inside[(y + EDGE * FINE) * side + x + EDGE * FINE] = 1;
  return inside;
}

/**
 * Return how far each pixel of an icon is from its outline, in pixels as they are drawn; negative inside.
 * @param {Uint8Array} inside
 */
function signedDistances(inside) {
  const side = Math.sqrt(inside.length);
  const [outer, inner] = [1, 0].map((value) => distances(inside, side, value));
  return outer.map((distance, at) => (Math.sqrt(distance) - Math.sqrt(inner[at])) / FINE);
}

/**
 * Return the alpha values of an icon. Outlines are as wide on all screens, whatever the ratio.
 * @param {Float64Array} far
 * @param {number} ratio
 */
function distanceField(far, ratio) {
  const side = Math.sqrt(far.length);
  const cell = (SIZE + 2 * EDGE) * ratio;
  const step = FINE / ratio;
  const field = new Uint8Array(cell * cell);
  for (let y = 0; y < cell; y++) {
    for (let x = 0; x < cell; x++) {
      const distance = far[Math.floor((y + 0.5) * step) * side + Math.floor((x + 0.5) * step)];
      const share = distance > FARTHEST ? 0 : 1 - INSIDE - Math.max(distance, -1) / RADIUS;
      field[y * cell + x] = Math.min(255, Math.round(share * STEPS) * (256 / STEPS));
    }
  }
  return field;
}

/**
 * Return the squared distance of each pixel to the nearest one that has a value.
 * @param {Uint8Array} pixels
 * @param {number} side
 * @param {number} value
 */
function distances(pixels, side, value) {
  const grid = Float64Array.from(pixels, (pixel) => (pixel === value ? 0 : 1e9));
  for (let x = 0; x < side; x++) transform(grid, x, side, side);
  for (let y = 0; y < side; y++) transform(grid, y * side, 1, side);
  return grid;
}

/**
 * Replace a row or a column by the lower envelope of the parabolas above its values (Felzenszwalb and Huttenlocher).
 * @param {Float64Array} grid
 * @param {number} offset
 * @param {number} stride
 * @param {number} length
 */
function transform(grid, offset, stride, length) {
  const values = Float64Array.from({ length }, (_, i) => grid[offset + i * stride]);
  const places = new Int32Array(length);
  const bounds = new Float64Array(length + 1);
  bounds[0] = -Infinity;
  bounds[1] = Infinity;
  let last = 0;
  for (let q = 1; q < length; q++) {
    /** @param {number} r */
    const meeting = (r) => (values[q] - values[r] + q * q - r * r) / (2 * (q - r));
    let s = meeting(places[last]);
    while (s <= bounds[last]) {
      last--;
      s = meeting(places[last]);
    }
    last++;
    places[last] = q;
    bounds[last] = s;
    bounds[last + 1] = Infinity;
  }
  for (let q = 0, k = 0; q < length; q++) {
    while (bounds[k + 1] < q) k++;
    const r = places[k];
    grid[offset + q * stride] = values[r] + (q - r) ** 2;
  }
}
