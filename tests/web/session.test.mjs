import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const kept = new Map();
globalThis.sessionStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };

/** As much of a document as the session's parts ask for. */
const boxes = new Map([['live', { textContent: '' }]]);
globalThis.document = { hidden: false, addEventListener() {}, getElementById: (id) => boxes.get(id) };

class Channel extends EventTarget {
  postMessage(data) { Channel.posted.push(data); }
}
Channel.posted = [];
let tabs;
globalThis.BroadcastChannel = class extends Channel {
  constructor() { super(); tabs = this; }
};

/** Who has the cookie; `null` for nobody. */
let holder = null;
/** How often it was asked who that is. */
let reads = 0;
/** True while there is no network. */
let offline = false;
/** Answers that are held back: functions that let one go. */
let held = null;

globalThis.location = new URL('http://localhost/');
globalThis.fetch = async ({ url }) => {
  if (offline) throw new TypeError('no network');
  if (url.endsWith('/v1/me')) reads += 1;
  if (url.endsWith('/v1/me')) return holder ? respond(200, holder) : respond(401, { type: '/problems/not-signed-in' });
  if (held) await new Promise((resolve) => { held.push(resolve); });
  return respond(200, { items: [] });
};

const respond = (status, body) => new Response(JSON.stringify(body), { status });
const user = (id) => ({ id, name: id, session: `session_${id}` });
const ana = user('user_ana');
const ben = user('user_ben');

const session = await import('../../web/src/core/session.ts');
const { uploads } = await import('../../web/src/uploads/uploader.ts');
const { keys } = await import('../../web/src/photos/media.ts');
const { answer, api, early } = await import('../../web/src/api/client.ts');
const { notices } = await import('../../web/src/core/live.ts');

const media = { query: 's=1', expires_at: new Date(Date.now() + 3_600_000).toISOString() };
const photo = { renditions: [{ url: '/media/folder/p/a.webp', size: 256 }] };
const seen = () => JSON.stringify([...kept.values(), ...[...boxes.values()].map(({ textContent }) => textContent), notices.value,
  uploads.uploads.map((upload) => upload.file.name), keys.url('/media/folder/p/a.webp')]);

/** Ana is signed in, has a failed upload in the tray, and has looked at a photo. */
beforeEach(async () => {
  holder = ana;
  held = null;
  await session.restore();
  uploads.clear();
  uploads.add([{ name: 'secret-plan.jpg', size: 1, arrayBuffer: async () => { throw new Error('gone'); } }], { id: 'album_1' });
  keys.adopt(media, [photo]);
  boxes.get('live').textContent = 'secret-plan.jpg was added';
  notices.value = [{ key: 1, message: 'secret-plan.jpg was added' }];
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.match(seen(), /secret-plan\.jpg/);
  assert.match(seen(), /s=1/);
});

function assertNothingIsLeft() {
  assert.doesNotMatch(seen(), /secret-plan|s=1|ana/);
}

test('who leaves is forgotten', async () => {
  await session.signOut();
  assertNothingIsLeft();
  assert.ok(Channel.posted.length > 0, 'other tabs are told');
});

test('who is signed out by the server is forgotten', async () => {
  holder = null;
  await assert.rejects(answer(api.GET('/v1/me')));
  assert.equal(session.me.value, null);
  assertNothingIsLeft();
});

test('who has signed in in another tab sees nothing of who was here', async () => {
  const heard = [];
  session.whenChanged((what) => heard.push(what));
  holder = ben;
  tabs.dispatchEvent(new Event('message'));
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.equal(session.me.value.id, ben.id);
  assert.equal(heard.length, 1);
  assertNothingIsLeft();
});

test('reading the usage finds out that it is somebody else', async () => {
  holder = ben;
  await session.refresh();
  assert.equal(session.me.value.id, ben.id);
  assertNothingIsLeft();
});

test('where surely nobody is signed in, nobody is asked for', async () => {
  early.nobody = Promise.resolve(true);
  await session.restore();
  early.nobody = Promise.resolve(false);
  assert.equal(session.me.value, null);
});

/** Opens the page where `early.ts` has found this; counts what is asked from then on. */
async function open({ nobody, guessed = false, lacksSession = false }) {
  const found = { nobody: Promise.resolve(nobody), guessed, lacksSession: async () => lacksSession };
  const before = { ...early };
  Object.assign(early, found);
  reads = 0;
  await session.restore();
  return () => Object.assign(early, before);
}

test('somebody who was only taken for nobody is found once a page needs them', async (t) => {
  t.after(await open({ nobody: true, guessed: true }));
  assert.deepEqual([session.me.value, reads], [null, 0], 'the first page asks nothing');
  await session.makeSure();
  assert.equal(session.me.value.id, ana.id);
  await session.makeSure();
  assert.equal(reads, 1);
});

test('where the browser surely has no session, nothing is asked that fails', async (t) => {
  holder = null;
  t.after(await open({ nobody: true, guessed: true, lacksSession: true }));
  await session.makeSure();
  assert.deepEqual([session.me.value, reads], [null, 0]);
});

test('nobody is looked for twice where it was no guess', async (t) => {
  t.after(await open({ nobody: true }));
  await session.makeSure();
  assert.equal(reads, 0);
});

test('without a network somebody is found later', async (t) => {
  t.after(await open({ nobody: true, guessed: true }));
  offline = true;
  await session.makeSure();
  offline = false;
  assert.equal(session.me.value, null);
  await session.makeSure();
  assert.equal(session.me.value.id, ana.id);
});

test('the same user keeps everything', async () => {
  await session.refresh();
  tabs.dispatchEvent(new Event('message'));
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.match(seen(), /secret-plan\.jpg/);
});

test('answers to what somebody else asked are dropped', async () => {
  held = [];
  const asked = answer(api.GET('/v1/albums'));
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  holder = ben;
  await session.refresh();
  held.forEach((go) => go());
  await assert.rejects(asked, { name: 'Error', passing: true });
});
