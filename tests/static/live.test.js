import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Live, tilesOf } from "../../static/js/live.js";

/** @typedef {{ z: number, x: number, y: number }} Tile */

/** @type {any} */
const page = globalThis;
/** @type {string[]} */
let asked = [];
/** @type {any[]} */
let answers = [];
/** @type {string[][]} */
let refreshed = [];
/** @type {Tile[]} */
let inView = [];
let isShown = true;

const nothing = { tiles: [], within: [], wait: 2 };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  page.document = { hidden: false };
  Object.defineProperty(page, "navigator", { value: { onLine: true }, configurable: true });
  [asked, answers, refreshed] = [[], [], []];
  inView = [{ z: 14, x: 5, y: 6 }];
  isShown = true;
  page.fetch = async (/** @type {string} */ url) => {
    asked.push(url);
    const answer = answers.shift() || { number: 7, ...nothing };
    if (answer instanceof Error) throw answer;
    return typeof answer === "number"
      ? { ok: false, headers: new Headers(answer === 429 ? { "Retry-After": "30" } : {}) }
      : { ok: true, headers: new Headers(), json: async () => answer };
  };
});

function live() {
  return new Live("/changes", {
    isShown: () => isShown,
    tiles: () => inView,
    refresh: (tiles) => refreshed.push(tiles.map(({ z, x, y }) => `${z}/${x}/${y}`)),
  });
}

/** Let so many seconds pass. */
async function pass(/** @type {number} */ seconds) {
  mock.timers.tick(seconds * 1000);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test("it asks for what follows the number that it got, when it was told to", async () => {
  answers = [{ number: 3, ...nothing, wait: 5 }];
  await live().ask();
  await pass(4.7);
  assert.deepEqual(asked, ["/changes"]);
  await pass(0.6);
  assert.deepEqual(asked, ["/changes", "/changes?after=3"]);
  await pass(2.2);
  assert.equal(asked[2], "/changes?after=7");
});

test("it refreshes changed tiles that are in view at once, and others when they come into view", async () => {
  const changed = [
    [14, 5, 6],
    [13, 2, 3],
  ];
  answers = [{ number: 3, ...nothing, tiles: changed }];
  const one = live();
  await one.ask();
  assert.deepEqual(refreshed, [["14/5/6"]]);
  one.refresh();
  assert.equal(refreshed.length, 1);
  inView = [{ z: 13, x: 2, y: 3 }];
  one.refresh();
  one.refresh();
  assert.deepEqual(refreshed, [["14/5/6"], ["13/2/3"]]);
});

test("a tile that stands for all within it refreshes each of them once", async () => {
  answers = [{ number: 3, ...nothing, within: [[12, 1, 1]] }];
  const one = live();
  await one.ask();
  one.refresh();
  inView = [
    { z: 14, x: 5, y: 6 },
    { z: 14, x: 9, y: 6 },
    { z: 12, x: 1, y: 1 },
    { z: 11, x: 0, y: 0 },
  ];
  one.refresh();
  assert.deepEqual(refreshed, [["14/5/6"], ["12/1/1"]]);
  answers = [{ number: 4, ...nothing, within: [[0, 0, 0]] }];
  await one.ask();
  assert.equal(refreshed[2].length, 4);
});

test("of too many changes it remembers only that there were some", async () => {
  const tiles = Array.from({ length: 3000 }, (_, x) => [14, x, 9]);
  answers = [{ number: 3, ...nothing, tiles }];
  const one = live();
  await one.ask();
  assert.deepEqual(refreshed, [["14/5/6"]]);
  assert.equal(one.remembered.tiles.size, 0);
});

test("it does not ask while the page is hidden, offline, or shows another map", async () => {
  const one = live();
  for (const [hide, show] of [
    [() => (page.document.hidden = true), () => (page.document.hidden = false)],
    [() => (page.navigator.onLine = false), () => (page.navigator.onLine = true)],
    [() => (isShown = false), () => (isShown = true)],
  ]) {
    hide();
    const before = asked.length;
    await one.ask();
    await pass(60);
    assert.equal(asked.length, before);
    show();
    await one.ask();
    assert.equal(asked.length, before + 1);
  }
});

test("it stops between two requests once the page is hidden", async () => {
  const one = live();
  await one.ask();
  page.document.hidden = true;
  await pass(60);
  assert.equal(asked.length, 1);
});

test("it waits longer and longer while requests fail, and as long as the server says", async () => {
  answers = [new TypeError("no network"), 503, 429];
  const one = live();
  await one.ask();
  await pass(3.7);
  assert.equal(asked.length, 1);
  await pass(0.6);
  assert.equal(asked.length, 2);
  await pass(7.5);
  assert.equal(asked.length, 2);
  await pass(1);
  assert.equal(asked.length, 3);
  await pass(28);
  assert.equal(asked.length, 3);
  await pass(4);
  assert.equal(asked.length, 4);
  assert.equal(one.failures, 0);
  assert.equal(one.number, 7);
});

test("two calls at the same time send one request", async () => {
  const one = live();
  await Promise.all([one.ask(), one.ask()]);
  assert.equal(asked.length, 1);
});

test("the tiles of a view are those of the zoom below, at most 14, around the world", () => {
  assert.deepEqual(tilesOf(0.3, [-300, -90, 300, 90]), [{ z: 0, x: 0, y: 0 }]);
  assert.deepEqual(tilesOf(1.9, [170, 1, 190, 2]), [
    { z: 1, x: 1, y: 0 },
    { z: 1, x: 0, y: 0 },
  ]);
  assert.equal(tilesOf(18, [9.52, 47.14, 9.5201, 47.1401])[0].z, 14);
});
