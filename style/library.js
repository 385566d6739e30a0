// The map library in three files. Its edition for strict Content-Security-Policies has half of its code twice, for the
// page and for its workers; the usual edition has it once, but makes workers from text, which the policy forbids.

import { readFileSync } from "node:fs";
import vm from "node:vm";

const SOURCE = new URL("../node_modules/maplibre-gl/dist/maplibre-gl.js", import.meta.url);
const PARTS = ["shared", "worker", "index"];
/** Where the library collects its parts, each a function. */
const COLLECTS = "modules[moduleName] = moduleFactory;";

/** Return the files by name: what page and workers have in common, and what only one of them needs. */
export function libraryFiles() {
  const text = readFileSync(SOURCE, "utf8");
  const licence = text.slice(0, text.indexOf("*/") + 2);
  if (text.split(COLLECTS).length !== 2) throw new Error("The map library is made in another way than expected");
  /** @type {Record<string, Function>} */
  const parts = {};
  const context = vm.createContext({
    collect: (/** @type {string} */ name, /** @type {Function} */ part) => (parts[name] = part),
  });
  vm.runInContext(text.replace(COLLECTS, "collect(moduleName, moduleFactory); return;"), context);
  const [shared, worker, index] = PARTS.map((name) => {
    if (!parts[name]) throw new Error(`The map library has no part ${name}`);
    return parts[name].toString();
  });
  return {
    "shared.js": `${licence}\nvar maplibreShared = {}; (${shared})(maplibreShared);\n`,
    "map.js": `${licence}\nvar maplibregl = {}; (${index})(maplibregl, maplibreShared);\n`,
    "worker.js": `${licence}\nimportScripts("shared.js"); (${worker})(maplibreShared);\n`,
  };
}
