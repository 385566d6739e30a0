// Decodes vector tiles with the library that maps in browsers use. Reads a JSON list of files from standard input, and
// prints for each one a line of JSON: its layers, each with [id, type, properties, parts] of its features.

import { readFileSync } from "node:fs";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

/** @param {string} file */
function decoded(file) {
  const { layers } = new VectorTile(new PbfReader(readFileSync(file)));
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [
      name,
      Array.from({ length: layer.length }, (_, number) => {
        const feature = layer.feature(number);
        const parts = feature.loadGeometry().map((part) => part.map(({ x, y }) => [x, y]));
        return [feature.id ?? 0, feature.type, feature.properties, parts];
      }),
    ]),
  );
}

for (const file of JSON.parse(readFileSync(0, "utf8"))) {
  process.stdout.write(`${JSON.stringify(decoded(file))}\n`);
}
