import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentTypeOf, pictures } from '../../web/src/uploads/files.ts';
import { bytes, camera, moment, place, plural } from '../../web/src/i18n/formats.ts';
import { MediaKeys, renditionFor, srcset } from '../../web/src/photos/media.ts';
import { newestFirst } from '../../web/src/photos/order.ts';
import { parse } from '../../web/src/core/router.ts';

const HOUR = 3_600_000;
const photo = (owner) => ({ renditions: [{ url: `/media/${owner}/p/a.webp`, size: 256, width: 256, height: 171 }] });
const media = (query, now, life) => ({ query, expires_at: new Date(now + life).toISOString() });

test('a signature is kept until shortly before its end, for each owner', () => {
  let now = 0;
  const keys = new MediaKeys(null, () => now);
  keys.adopt(media('s=1', now, HOUR), [photo('ana'), null, { renditions: [] }]);
  keys.adopt(media('s=2', now, HOUR), [photo('ana'), photo('ben')]);
  assert.equal(keys.url('/media/ana/p/a.webp'), '/media/ana/p/a.webp?s=1');
  assert.equal(keys.url('/media/ben/p/a.webp'), '/media/ben/p/a.webp?s=2');
  now = HOUR - 60_000;
  keys.adopt(media('s=3', now, HOUR), [photo('ana')]);
  assert.equal(keys.url('/media/ana/q/b.webp'), '/media/ana/q/b.webp?s=3');
});

test('a refused signature is dropped, one that replaced it is not', () => {
  const keys = new MediaKeys(null, () => 0);
  keys.adopt(media('s=1', 0, HOUR), [photo('ana')]);
  keys.reject('/media/ana/p/a.webp?s=1');
  keys.adopt(media('s=2', 0, HOUR), [photo('ana')]);
  keys.reject('/media/ana/p/a.webp?s=1');
  assert.equal(keys.url('/media/ana/p/a.webp'), '/media/ana/p/a.webp?s=2');
});

test('signatures survive a reload, and broken or forbidden storage harms nothing', () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  new MediaKeys(storage, () => 0).adopt(media('s=1', 0, HOUR), [photo('ana')]);
  assert.equal(new MediaKeys(storage, () => 0).url('/media/ana/x'), '/media/ana/x?s=1');
  kept.set('media', '{broken');
  assert.equal(new MediaKeys(storage, () => 0).url('/media/ana/x'), '/media/ana/x');
  const forbidden = { getItem: () => null, setItem: () => { throw new Error('full'); } };
  new MediaKeys(forbidden, () => 0).adopt(media('s=1', 0, HOUR), [photo('ana')]);
});

test('signatures of somebody else are forgotten, in memory and in storage', () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
  const keys = new MediaKeys(storage, () => 0);
  keys.belongTo('user_ana');
  keys.adopt(media('s=1', 0, HOUR), [photo('ana')]);
  keys.belongTo('user_ana');
  assert.equal(keys.url('/media/ana/x'), '/media/ana/x?s=1', 'still hers');
  const reloaded = new MediaKeys(storage, () => 0);
  reloaded.belongTo('user_ben');
  assert.equal(reloaded.url('/media/ana/x'), '/media/ana/x');
  keys.belongTo(null);
  assert.equal(keys.url('/media/ana/x'), '/media/ana/x');
  assert.ok(![...kept.values()].some((text) => text.includes('ana')), 'nothing of hers is stored');
});

test('the rendition is the smallest that is large enough, else the largest', () => {
  const sizes = [1024, 256, 2048].map((size) => ({ size, width: size, height: size / 2, url: `/media/a/${size}` }));
  assert.equal(renditionFor(sizes, 200).size, 256);
  assert.equal(renditionFor(sizes, 1024).size, 1024);
  assert.equal(renditionFor(sizes, 4000).size, 2048);
  assert.equal(renditionFor([], 100), null);
  assert.equal(srcset(sizes.slice(0, 2), new MediaKeys()), '/media/a/1024 1024w, /media/a/256 256w');
});

test('addresses', () => {
  const album = 'album_01jd8p3m5wf2k9t7x4qz6c0hrv';
  const inside = 'photo_01jd8p3m5wf2k9t7x4qz6c0hrv';
  const where = (hash) => {
    const { query, ...rest } = parse(hash);
    return query.size > 0 ? { ...rest, query: query.toString() } : rest;
  };
  assert.deepEqual(where(''), { name: 'albums' });
  assert.deepEqual(where('#/'), { name: 'albums' });
  assert.deepEqual(where(`#/albums/${album}`), { name: 'album', album, photo: undefined });
  assert.deepEqual(where(`#/albums/${album}/photos/${inside}`), { name: 'album', album, photo: inside });
  assert.deepEqual(where('#/sign-up'), { name: 'sign-up' });
  assert.deepEqual(where('#/search?q=lake'), { name: 'search', photo: undefined, query: 'q=lake' });
  for (const wrong of ['#/albums/photo_1', `#/albums/${album}/photos/../x`, '#/x', `#/albums/${album}"><b>`]) {
    assert.deepEqual(where(wrong), { name: 'missing' });
  }
});

test('files: pictures by type or by name, nothing hidden, no SVG', () => {
  const files = [
    { name: 'a.JPG', type: 'image/jpeg' }, { name: 'b.HEIC', type: '' }, { name: 'c.txt', type: 'text/plain' },
    { name: '.DS_Store', type: '' }, { name: 'd.svg', type: 'image/svg+xml' }, { name: 'e', type: '' },
  ];
  const { files: chosen, others } = pictures(files);
  assert.deepEqual(chosen.map(({ name }) => name), ['a.JPG', 'b.HEIC']);
  assert.equal(others, 3);
  assert.equal(contentTypeOf(files[1]), 'image/heic');
});

test('numbers and words', () => {
  const spaced = (text) => text.replaceAll('\u202f', ' ');
  assert.deepEqual([0, 999, 1000, 1_449_000, 999_999, 20_000_000_000].map(bytes), ['0 B', '999 B', '1 KB', `${(1.4).toLocaleString()} MB`, '1 MB', '20 GB']);
  assert.equal(plural(1, { one: '# photo', other: '# photos' }), '1 photo');
  assert.equal(plural(1204, { one: '# photo', other: '# photos' }), `${(1204).toLocaleString()} photos`);
  assert.equal(camera({ make: 'Canon Inc.', model: 'Canon EOS R5' }), 'Canon EOS R5');
  assert.equal(camera({ make: 'FUJIFILM', model: 'X-T5' }), 'FUJIFILM X-T5');
  assert.equal(camera({ make: null, model: 'X' }), 'X');
  assert.equal(place({ latitude: -33.8568, longitude: 151.2153 }), '33.8568° S, 151.2153° E');
  const tokyo = new Date(Date.UTC(2024, 6, 28, 9, 5)).toLocaleString(undefined, {
    weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone: 'UTC',
  });
  assert.equal(spaced(moment('2024-07-28T00:05:00Z', 540)), spaced(tokyo));
  assert.equal(spaced(moment('2024-07-28T09:05:00Z')), spaced(tokyo));
  assert.equal(moment(null), '');
  assert.equal(moment('nonsense'), '');
});

test('photos stand in the order of the clocks of their places, as the API has them', () => {
  const taken = (id, taken_at, taken_offset) => ({ id, taken_at, taken_offset });
  const photos = [
    taken('phone later', '2024-07-14T10:10:00.000000Z', 120),
    taken('b of one moment', '2024-07-14T12:05:00.000001Z', null),
    taken('a of one moment', '2024-07-14T10:05:00.000001Z', 120),
    taken('a microsecond before', '2024-07-14T17:05:00.000000Z', -300),
    taken('phone', '2024-07-14T10:00:00.000000Z', 120),
    taken('before 1970', '1969-12-31T23:59:59.999999Z', 0),
  ];
  const shuffled = [3, 0, 5, 2, 4, 1].map((at) => photos[at]);
  assert.deepEqual(shuffled.sort(newestFirst), photos);
});
