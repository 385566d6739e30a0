// Arithmetic with colours.

/**
 * Return [red, green, blue, alpha] of `#rgb`, `#rrggbb`, `rgb(...)` or `rgba(...)`.
 * @param {string} colour
 */
function parse(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex) {
    const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
    return [...digits.map((pair) => Number.parseInt(pair, 16)), 1];
  }
  const parts = /^rgba?\(([^)]+)\)$/.exec(colour)?.[1].split(",").map(Number);
  if (!parts || parts.some(Number.isNaN)) throw new Error(`Not a colour: ${colour}`);
  return parts.length === 3 ? [...parts, 1] : parts;
}

/** @param {number[]} parts */
function css([red, green, blue, alpha]) {
  const [r, g, b] = [red, green, blue].map(Math.round);
  return alpha === 1 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${Math.round(alpha * 100) / 100})`;
}

/**
 * Return the colour between two: the first one at 0, the second one at 1. The opacity is that of the first one.
 * @param {string} from
 * @param {string} to
 * @param {number} share
 */
export function mix(from, to, share) {
  const [a, b] = [parse(from), parse(to)];
  return css([...a.slice(0, 3).map((value, i) => value + (b[i] - value) * share), a[3]]);
}

/**
 * Return a colour with another opacity.
 * @param {string} colour
 * @param {number} alpha
 */
export const fade = (colour, alpha) => css([...parse(colour).slice(0, 3), alpha]);

/**
 * Return a colour with a part of its saturation, as bright as before.
 * @param {string} colour
 * @param {number} kept - 0 for grey, 1 for the colour itself
 */
export function greyed(colour, kept) {
  const [red, green, blue, alpha] = parse(colour);
  const grey = 0.3 * red + 0.59 * green + 0.11 * blue;
  return css([...[red, green, blue].map((value) => grey + (value - grey) * kept), alpha]);
}

/**
 * Apply a function to all colours of a palette, or of a part of it.
 * @template T
 * @param {T} palette
 * @param {(colour: string) => string} change
 * @returns {T}
 */
export function recoloured(palette, change) {
  if (typeof palette === "string") return /** @type {T} */ (change(palette));
  return /** @type {T} */ (
    Object.fromEntries(
      Object.entries(/** @type {object} */ (palette)).map(([name, value]) => [name, recoloured(value, change)]),
    )
  );
}
