// The styles that a visitor can choose, each light and dark: palettes made from those of the standard map.

import { paletteOf } from "../static/js/palettes.js";
import { fade, greyed, mix, recoloured } from "./colours.js";

/**
 * Return a palette of the standard map, paler: what a variant emphasises stands out.
 * @param {Palette} c
 * @returns {Palette}
 */
function paler(c) {
  /** @param {string} colour */
  const pale = (colour) => greyed(mix(colour, c.background, 0.35), 0.6);
  return {
    ...c,
    area: recoloured(c.area, (colour) => (colour.startsWith("rgba") ? colour : greyed(colour, 0.6))),
    road: recoloured(c.road, pale),
    casing: recoloured(c.casing, pale),
    building: pale(c.building),
    buildingLine: pale(c.buildingLine),
  };
}

const RAILS = {
  light: { rail: "#3c3a48", narrow_gauge: "#7a4a1f", light_rail: "#0f7f5b", tram: "#c02a6b", subway: "#1f5fbf" },
  dark: { rail: "#d5d2e0", narrow_gauge: "#d9a06b", light_rail: "#5fd0a8", tram: "#f27bb0", subway: "#7fb2ff" },
};

/** @type {Record<string, (c: Palette) => Palette>} What each variant makes of the palette of the standard map. */
const CHANGES = {
  standard: (c) => c,
  grey: (c) => {
    const { poi, selected, hover, ...rest } = c;
    const { isDark, ...colours } = rest;
    return {
      ...recoloured(colours, (colour) => greyed(colour, 0.06)),
      isDark,
      poi: recoloured(poi, (colour) => greyed(colour, 0.3)),
      selected,
      hover,
    };
  },
  contrast: (c) => (c.isDark ? darkContrast(c) : lightContrast(c)),
  cycling: (c) => ({
    ...paler(c),
    path: { ...c.path, cycle: c.isDark ? "#7d97ff" : "#1f3fd0" },
    cycling: 2,
    isCycling: true,
  }),
  transport: (c) => {
    const rails = c.isDark ? RAILS.dark : RAILS.light;
    return {
      ...paler(c),
      rail: rails.rail,
      rails,
      transport: 1.5,
      poi: {
        ...recoloured(c.poi, (colour) => mix(greyed(colour, 0.4), c.background, 0.35)),
        transport: c.isDark ? "#86bdf5" : "#0d55a5",
      },
    };
  },
};

/** @param {Palette} c */
const lightContrast = (c) => ({
  ...c,
  background: "#ffffff",
  area: recoloured(c.area, (colour) => (colour.startsWith("rgba") ? colour : mix(colour, "#ffffff", 0.35))),
  water: "#8fc3ea",
  waterLine: "#2f7fbf",
  waterText: "#003b66",
  building: "#d2d2d2",
  buildingLine: "#4a4a4a",
  road: {
    ...c.road,
    motorway: "#ff6f91",
    trunk: "#ff9a66",
    primary: "#ffc24d",
    secondary: "#fff06b",
    living: "#ffffff",
  },
  casing: recoloured(c.casing, () => "#222222"),
  path: { foot: "#9c1f0c", steps: "#7a0f00", cycle: "#0022cc", track: "#5f3f00" },
  rail: "#000000",
  railGap: "#ffffff",
  boundary: "#6a1b9a",
  line: recoloured(c.line, () => "#444444"),
  poi: recoloured(c.poi, (colour) => mix(colour, "#000000", 0.35)),
  text: "#000000",
  placeText: "#000000",
  number: "#222222",
  halo: "#ffffff",
});

/** @param {Palette} c */
const darkContrast = (c) => ({
  ...c,
  background: "#000000",
  area: recoloured(c.area, (colour) => (colour.startsWith("rgba") ? colour : mix(colour, "#000000", 0.35))),
  water: "#06304d",
  waterLine: "#3d9be0",
  waterText: "#b5e1ff",
  building: "#3a3a3a",
  buildingLine: "#c0c0c0",
  road: {
    ...recoloured(c.road, () => "#8a8a8a"),
    motorway: "#ff5c82",
    trunk: "#ff8a50",
    primary: "#f2b134",
    secondary: "#e6d84a",
  },
  casing: recoloured(c.casing, () => "#000000"),
  path: { foot: "#ffb0a0", steps: "#ff9a85", cycle: "#a9b8ff", track: "#f0cf90" },
  rail: "#ffffff",
  railGap: "#000000",
  boundary: "#e0b3ff",
  line: recoloured(c.line, () => "#bdbdbd"),
  poi: recoloured(c.poi, (colour) => mix(colour, "#ffffff", 0.45)),
  text: "#ffffff",
  placeText: "#ffffff",
  number: "#e6e6e6",
  halo: "#000000",
  iconHalo: "#000000",
});

export const VARIANTS = Object.keys(CHANGES);

/** The styles by name: `standard`, `dark`, and the others with and without `-dark`. */
export const PALETTES = Object.fromEntries(
  VARIANTS.flatMap((variant) =>
    ["light", "dark"].map((theme) => {
      const name = theme === "light" ? variant : variant === "standard" ? "dark" : `${variant}-dark`;
      return [name, CHANGES[variant](paletteOf(theme))];
    }),
  ),
);

/**
 * Return the colour of an area under the pointer.
 * @param {Palette} c
 */
export const lit = (c) => fade(c.hover, 0.28);
