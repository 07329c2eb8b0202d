// What the page keeps on the device: the worker's rules, what was seen last, interrupted uploads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stayAwake } from '../../web/src/core/awake.ts';
import { showBadge } from '../../web/src/device/badge.ts';
import { matched } from '../../web/src/device/matching.ts';
import { keyOf, wayOf } from '../../web/src/worker/rules.ts';
import { ANSWERS, PICTURES, Seen } from '../../web/src/worker/seen.ts';
import { ICONS, png, rings } from '../../web/icons.mjs';

const ORIGIN = 'https://photos.example';
const way = (path, { method = 'GET', mode = 'cors', destination = '', referrer = '', headers = {} } = {}) =>
  wayOf({ method, mode, destination, referrer, headers: new Headers(headers), url: new URL(path, ORIGIN).href }, ORIGIN);

test('the worker has a way for each request, and leaves alone what is none of its business', () => {
  assert.equal(way('/', { mode: 'navigate' }), 'page');
  assert.equal(way('/reference.html', { mode: 'navigate' }), 'none');
  assert.equal(way('/assets/main-ABC.js'), 'file');
  assert.equal(way('/v1/albums?limit=100'), 'answer');
  assert.equal(way('/v1/photos/photo_1'), 'answer');
  assert.equal(way('/media/owner/sum/256.webp?Signature=x'), 'picture');
  const left = [
    '/v1/shared/token', '/v1/invited/token', '/v1/photos/photo_1/original', '/v1/search/suggestions?q=a', '/v1/sessions', '/v1/accounts', '/v1/accounts/user_1', '/v1/uploads/u',
    '/v1/me/exports', 'https://bucket.example/original',
  ];
  for (const path of left) assert.equal(way(path), 'none', path);
  assert.equal(way('/v1/albums', { method: 'POST' }), 'none');
});

test('photos are taken of the share sheet, and of no page', () => {
  const sheet = { method: 'POST', mode: 'navigate', destination: 'document' };
  assert.equal(way('/share', sheet), 'share');
  assert.equal(way('/share', { ...sheet, headers: { origin: 'null' } }), 'share');
  assert.equal(way('/share', { ...sheet, headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' } }), 'share');
  assert.equal(way('/share', { ...sheet, headers: { 'sec-fetch-site': 'none' } }), 'share');
  const pages = [
    { mode: 'cors' }, { mode: 'no-cors' }, { destination: 'iframe' }, { referrer: 'https://other.example/' },
    { referrer: `${ORIGIN}.other.example/` }, { headers: { origin: 'https://other.example' } },
    { headers: { 'sec-fetch-site': 'cross-site' } }, { headers: { 'sec-fetch-site': 'same-site' } },
  ];
  for (const page of pages) assert.equal(way('/share', { ...sheet, ...page }), 'refused', JSON.stringify(page));
});

test('a picture is kept under its path: its signature changes', () => {
  assert.equal(keyOf(`${ORIGIN}/media/o/256.webp?Signature=x`), `${ORIGIN}/media/o/256.webp`);
});

/** As much of a browser's caches as the worker uses. */
class Caches {
  all = new Map();
  async has(name) { return this.all.has(name); }
  async open(name) {
    if (!this.all.has(name)) this.all.set(name, new Map());
    const kept = this.all.get(name);
    return {
      put: async (key, response) => { kept.set(key, response); },
      match: async (key) => kept.get(key),
      keys: async () => [...kept.keys()],
      delete: async (key) => kept.delete(key),
    };
  }
  async delete(name) { return this.all.delete(name); }
}

test('what was seen is there without a network, and gone after the person has left', async () => {
  const caches = new Caches();
  const seen = new Seen(caches);
  await seen.keeper()(ANSWERS, '/v1/me', 'Ana');
  assert.equal(await seen.find(ANSWERS, '/v1/me'), 'Ana');
  await seen.forget();
  assert.equal(await seen.find(ANSWERS, '/v1/me'), undefined);
  assert.equal(caches.all.size, 0);
});

test('an answer that was on its way when the person left is not kept', async () => {
  const caches = new Caches();
  const seen = new Seen(caches);
  const keep = seen.keeper();
  await seen.forget();
  await keep(ANSWERS, '/v1/albums', 'of Ana');
  assert.equal(caches.all.size, 0);
});

test('pictures are kept of those alone who are signed in, and the oldest are given up', async () => {
  const caches = new Caches();
  const seen = new Seen(caches);
  await seen.keeper()(PICTURES, '/media/guest', 'picture');
  assert.equal(await seen.find(PICTURES, '/media/guest'), undefined);
  const keep = seen.keeper();
  for (let at = 0; at < 305; at += 1) await keep(ANSWERS, `/v1/photos/${at}`, at);
  assert.equal(caches.all.get(ANSWERS).size, 300);
  assert.equal(await seen.find(ANSWERS, '/v1/photos/4'), undefined);
  assert.equal(await seen.find(ANSWERS, '/v1/photos/304'), 304);
  await keep(PICTURES, '/media/ana', 'picture');
  assert.equal(await seen.find(PICTURES, '/media/ana'), 'picture');
});

test('an interrupted upload goes on with the same file, and with no other', () => {
  const album = { id: 'album_1', title: 'Summer' };
  const kept = [
    { key: 1, album, name: 'a.jpg', size: 5, modified: 7 }, { key: 2, album, name: 'a.jpg', size: 5, modified: 7 },
    { key: 3, album, name: 'b.jpg', size: 9, modified: 7 },
  ];
  const file = (name, size, lastModified) => ({ name, size, lastModified });
  const { found, left } = matched(kept, [file('a.jpg', 5, 7), file('b.jpg', 8, 7), file('c.jpg', 1, 1)]);
  assert.deepEqual(found.map(({ upload }) => upload.key), [1]);
  assert.deepEqual(left.map(({ key }) => key), [2, 3]);
});

test('the icon counts what is still to be sent', () => {
  const counts = [];
  let tell = () => {};
  const queue = { summary: { busy: 0 }, listen: (listener) => { tell = listener; } };
  showBadge(queue, {
    setAppBadge: async (count) => { counts.push(count); }, clearAppBadge: async () => { counts.push(0); },
  });
  for (const busy of [2, 2, 1, 0, 0]) {
    queue.summary.busy = busy;
    tell();
  }
  assert.deepEqual(counts, [2, 1, 0]);
});

test('the screen stays on until it may go off, and is asked for again when the tab is back', async () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const locks = [];
  const wakeLock = {
    request: async () => {
      const lock = { held: true, release: async () => { lock.held = false; } };
      locks.push(lock);
      return lock;
    },
  };
  const end = stayAwake({ wakeLock }, page);
  await null;
  await null;
  assert.deepEqual(locks.map(({ held }) => held), [true]);
  page.dispatchEvent(new Event('visibilitychange'));
  await null;
  await null;
  assert.deepEqual(locks.map(({ held }) => held), [false, true]);
  end();
  assert.deepEqual(locks.map(({ held }) => held), [false, false]);
  page.dispatchEvent(new Event('visibilitychange'));
  await null;
  assert.equal(locks.length, 2);
});

test('icons are PNG files of the picture, and phones are given those that they ask for', () => {
  assert.deepEqual(rings('M1 2h3v4l-1 1z'), [[[1, 2], [4, 2], [4, 6], [3, 7]]]);
  assert.deepEqual(rings('M0 0c0 1 1 2 2 2s2 1 2 2')[0].at(-1), [4, 4]);
  const file = png(Buffer.alloc(4 * 4 * 4, 255), 4);
  assert.equal(file.subarray(1, 4).toString('latin1'), 'PNG');
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [4, 4]);
  assert.ok(ICONS.some(({ size }) => size === 192) && ICONS.some(({ name }) => name.includes('maskable')));
});
