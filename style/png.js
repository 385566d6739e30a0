// Images of one colour, whose opacity matters, as PNG files.

import { deflateSync } from "node:zlib";

const GREY_WITH_ALPHA = 4;
/** The filter of a row: its values are differences to those of the row above. */
const ABOVE = 2;

const CRC = Uint32Array.from({ length: 256 }, (_, number) => {
  let value = number;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Buffer} bytes */
function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRC[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/**
 * @param {string} name
 * @param {Buffer} content
 */
function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(checksum(body));
  return Buffer.concat([length, body, sum]);
}

/**
 * Return a black image.
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} alpha - the opacity of each pixel
 */
export function png(width, height, alpha) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, GREY_WITH_ALPHA, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 2 * width));
  for (let y = 0; y < height; y++) {
    rows[y * (1 + 2 * width)] = ABOVE;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      rows[y * (1 + 2 * width) + 2 + 2 * x] = alpha[at] - (y ? alpha[at - width] : 0);
    }
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
