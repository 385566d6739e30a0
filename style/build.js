// Write the styles, the icons and the map library into a folder of build/style, from where the site sends them. The
// folder is named after its contents, so that browsers can keep them forever. Run by `make install`.

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { libraryFiles } from "./library.js";
import { sprite } from "./sprite.js";
import { OUTLINED, outlinesOf, styleOf } from "./style.js";
import { PALETTES } from "./variants.js";

const FOLDER = new URL("../build/style/", import.meta.url);

/** @type {Map<string, string | Buffer>} */
const files = new Map(Object.entries(libraryFiles()));
for (const name of Object.keys(PALETTES)) files.set(`${name}.json`, JSON.stringify(styleOf(name)));
files.set("outlines.json", JSON.stringify(outlinesOf("standard", OUTLINED)));
files.set("outlines-dark.json", JSON.stringify(outlinesOf("dark", OUTLINED)));
for (const ratio of [1, 2]) {
  const { image, index } = sprite(ratio);
  const name = ratio === 1 ? "sprite" : `sprite@${ratio}x`;
  files.set(`${name}.png`, image);
  files.set(`${name}.json`, JSON.stringify(index));
}

const digest = createHash("sha256");
for (const [name, content] of files) digest.update(name).update(content);
const folder = new URL(`${digest.digest("hex").slice(0, 12)}/`, FOLDER);
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of files) {
  writeFileSync(new URL(name, folder), content);
  // The site packs texts with gzip. This is smaller, and no Python package is needed for it.
  if (typeof content === "string") writeFileSync(new URL(`${name}.br`, folder), packed(content));
}

/** @param {string} text */
function packed(text) {
  const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_QUALITY } = constants;
  return brotliCompressSync(text, { params: { [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT, [BROTLI_PARAM_QUALITY]: 11 } });
}
