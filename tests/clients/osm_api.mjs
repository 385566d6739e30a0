// Calls everything that the package osm-api offers against the instance at API_URL. Says nothing when all is well.
// The tokens of alice, bob and a moderator, and the number of a redaction, come by the environment.
import assert from "node:assert/strict";
import library from "osm-api";

const { API_URL, ALICE, BOB, MODERATOR, REDACTION } = process.env;
const BOX = [9.4, 47.0, 9.6, 47.2];
// What calls no server, or wants a person at a browser.
const LOCAL = new Set([
  ...["parseOsmChangeXml", "createOsmChangeXml", "getOsmChangeSize", "chunkOsmChange", "compress", "featureToNote"],
  ...["getAuthToken", "isLoggedIn", "login", "logout", "getConfig", "configure"],
]);

const called = new Set();
const osm = new Proxy(library, {
  get(target, name) {
    called.add(name);
    return target[name];
  },
});
const as = (token) => ({ headers: { Authorization: `Bearer ${token}` } });
const [alice, bob, moderator] = [ALICE, BOB, MODERATOR].map(as);
const refused = (status) => (error) => error.cause === status;

library.configure({ apiUrl: API_URL, userAgent: "osmsite tests" });

async function site() {
  const { api, policy } = await osm.getApiCapabilities();
  assert.deepEqual(api.version, { minimum: "0.6", maximum: "0.6" });
  assert.equal(api.status.api, "online");
  assert.ok(Array.isArray(policy.imagery.blacklist));
  assert.equal((await osm.getCapabilities()).limits.maxArea, api.area.maximum);
  assert.deepEqual((await osm.getPermissions()).permissions ?? [], []);
  const allowed = await osm.getPermissions(alice);
  assert.ok((allowed.permissions ?? allowed).includes("allow_write_api"));
}

async function users() {
  const me = await osm.getUser("me", alice);
  assert.equal(me.display_name, "alice");
  assert.deepEqual(me.messages, { received: { count: 0, unread: 0 }, sent: { count: 0 } });
  const found = await osm.getUser(me.id);
  assert.equal(found.messages, undefined);
  assert.ok(found.account_created <= new Date());
  assert.deepEqual((await osm.getUsers([me.id, 999999])).map((user) => user.display_name), ["alice"]);
  assert.equal(await osm.getUIdFromDisplayName("carol"), 900);
  await assert.rejects(osm.getUser("me"), refused(401));
  await assert.rejects(osm.getUser(999999), refused(404));
}

async function elements() {
  const [way] = await osm.getFeature("way", 1);
  assert.deepEqual([way.nodes, way.tags, way.version], [[1, 2], { highway: "path" }, 2]);
  const parts = await osm.getFeature("way", 1, true);
  assert.deepEqual(parts.map((part) => part.type).sort(), ["node", "node", "way"]);
  assert.deepEqual((await osm.getFeatures("node", [1, "2v1"])).map((node) => node.id), [1, 2]);
  assert.equal((await osm.getFeatureAtVersion("way", 1, 1)).version, 1);
  assert.deepEqual((await osm.getFeatureHistory("way", 1)).map((version) => version.version), [1, 2]);
  assert.deepEqual((await osm.getWaysForNode(1)).map((found) => found.id), [1]);
  assert.deepEqual((await osm.getRelationsForElement("way", 1)).map((found) => found.id), [1]);
  assert.equal((await osm.getMapData(BOX)).length, 4);
  await assert.rejects(osm.getFeature("node", 999999), refused(404));
}

async function changesets() {
  const [node] = await osm.getFeature("node", 2);
  const bench = { type: "node", id: -1, version: 0, lat: 47.15, lon: 9.55, tags: { amenity: "bench", note: "<ü> \"&\"" } };
  const diff = { create: [bench], modify: [{ ...node, tags: { ref: "2" } }], delete: [] };
  const result = await osm.uploadChangeset({ comment: "by osm-api" }, diff, alice);
  const [[number, { diffResult }]] = Object.entries(result);
  const id = +number;
  assert.deepEqual(diffResult.node["2"], { newId: 2, newVersion: 2 });
  const made = diffResult.node["-1"];
  assert.equal(made.newVersion, 1);
  const [stored] = await osm.getFeature("node", made.newId);
  assert.deepEqual(stored.tags, bench.tags);
  const downloaded = await osm.getChangesetDiff(id);
  assert.deepEqual([downloaded.create.length, downloaded.modify.length, downloaded.delete.length], [1, 1, 0]);
  assert.deepEqual(downloaded.create[0].tags, bench.tags);
  const removal = { create: [], modify: [], delete: [stored] };
  const [removed] = Object.values(await osm.uploadChangeset({}, removal, { ...alice, disableCompression: true }));
  assert.ok(String(made.newId) in removed.diffResult.node);
  await assert.rejects(osm.getFeature("node", made.newId), refused(410));
  await assert.rejects(osm.uploadChangeset({}, diff), refused(401));
  await assert.rejects(osm.uploadChangeset({}, diff, alice), refused(409));

  assert.ok((await osm.listChangesets({ display_name: "alice", only: "closed" })).some((found) => found.id === id));
  assert.deepEqual((await osm.listChangesets({ changesets: [id] })).map((found) => found.id), [id]);
  await osm.createChangesetComment(id, "Which bench?", bob);
  await osm.unsubscribeFromChangeset(id, bob);
  await osm.subscribeToChangeset(id, bob);
  await assert.rejects(osm.subscribeToChangeset(id, bob), (error) => error.cause === 409);
  const discussed = await osm.getChangeset(id, true);
  assert.deepEqual([discussed.tags.comment, discussed.changes_count, discussed.open], ["by osm-api", 2, false]);
  const [comment] = discussed.comments;
  assert.deepEqual([comment.text, comment.user], ["Which bench?", "bob"]);
  for (const [action, number] of [["hide", 0], ["unhide", 1]]) {
    await osm.hideChangesetComment(comment.id, action, moderator);
    assert.equal((await osm.getChangeset(id, true)).comments?.length ?? 0, number);
  }
}

async function moderation() {
  const version = { featureType: "way", featureId: 1, featureVersion: 1 };
  await osm.redactFeature({ ...version, redactionId: +REDACTION }, moderator);
  await assert.rejects(osm.getFeatureAtVersion("way", 1, 1), refused(403));
  await osm.redactFeature({ ...version, redactionId: undefined }, moderator);
  assert.equal((await osm.getFeatureAtVersion("way", 1, 1)).version, 1);
  const { id } = await osm.getUser("me", bob);
  const block = await osm.createUserBlock({ user: id, reason: "Please *read*", period: 0, needs_view: true }, moderator);
  assert.deepEqual([block.user.user, block.creator.user, block.needs_view], ["bob", "moderator", true]);
  for (const read of [osm.getUserBlock, osm.getUserBlockById]) {
    assert.deepEqual(await read(block.id), block);
  }
  // It asks for XML and reads JSON, so that it never finds any.
  await osm.getOwnUserBlocks(bob);
}

async function preferences() {
  await osm.updatePreferences("site.zoom", "17", alice);
  await osm.updatePreferences("name", "Zürich <1>", alice);
  assert.deepEqual(await osm.getPreferences(alice), { name: "Zürich <1>", "site.zoom": "17" });
  await osm.deletePreferences("site.zoom", alice);
  assert.deepEqual(await osm.getPreferences(alice), { name: "Zürich <1>" });
  await assert.rejects(osm.deletePreferences("site.zoom", alice), refused(404));
}

async function messages() {
  const sent = await osm.sendMessage({ recipient: "bob", title: "Hello", body: "The *bench*" }, alice);
  assert.deepEqual([sent.from_display_name, sent.to_display_name, sent.deleted], ["alice", "bob", false]);
  const [listed] = await osm.listMessages("inbox", bob);
  assert.deepEqual([listed.id, listed.message_read, listed.body], [sent.id, false, undefined]);
  assert.equal((await osm.getMessage(sent.id, bob)).body, "The *bench*");
  for (const read of [true, false]) {
    assert.equal((await osm.updateMessageReadStatus(sent.id, read, bob)).message_read, read);
  }
  assert.equal((await osm.deleteMessage(sent.id, alice)).deleted, true);
  assert.deepEqual((await osm.listMessages("outbox", alice)).map((message) => message.deleted), [true]);
  assert.equal((await osm.getMessage(sent.id, bob)).deleted, false);
  await assert.rejects(osm.getMessage(sent.id, moderator), refused(403));
}

async function notes() {
  const note = await osm.createNote(47.1, 9.5, "A bench is missing", alice);
  assert.deepEqual([note.status, note.location], ["open", { lat: 47.1, lng: 9.5 }]);
  assert.deepEqual((await osm.getNotesForArea(BOX)).map((found) => found.id), [note.id]);
  assert.deepEqual((await osm.getNotesForQuery({ q: "bench" })).map((found) => found.id), [note.id]);
  await osm.commentOnNote(note.id, "Which?", bob);
  assert.equal((await osm.closeNote(note.id, "Found it", bob)).status, "closed");
  assert.equal((await osm.reopenNote(note.id, "It is gone", alice)).status, "open");
  await osm.unsubscribeFromNote(note.id, bob);
  await osm.subscribeToNote(note.id, bob);
  const { comments } = await osm.getNote(note.id);
  assert.deepEqual(comments.map((comment) => comment.action), ["opened", "commented", "closed", "reopened"]);
  await osm.hideNote(note.id, "Spam", moderator);
  await assert.rejects(osm.getNote(note.id), refused(410));
}

// The last one blocks bob.
for (const part of [site, users, elements, changesets, preferences, messages, notes, moderation]) await part();

const offered = Object.keys(library).filter((name) => typeof library[name] === "function" && !LOCAL.has(name));
assert.deepEqual(offered.filter((name) => !called.has(name)), []);
